import Dexie from 'dexie'
import type { EventRow } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { momentOf } from '../model/moment.ts'
import type { PruneReport, Pruning } from '../model/prune.ts'
import type { ClockPort } from '../ports.ts'
import { eventOf, type RsvpDatabase, type Tables } from './database.ts'
import type { Live } from './live.ts'
import { readAsOf } from './mirror.ts'
import { readAll } from './outbox-rows.ts'

/** Events a transaction: a tap waits for one such at most. */
const AT_ONCE = 20

const NONE: PruneReport = { events: 0, responses: 0, users: 0, files: 0 }

export const rowsOf = ({ events, responses, users, files }: PruneReport): number =>
  events + responses + users + files

type Count = Partial<PruneReport>
const sum = (a: PruneReport, b: Count): PruneReport => ({
  events: a.events + (b.events ?? 0),
  responses: a.responses + (b.responses ?? 0),
  users: a.users + (b.users ?? 0),
  files: a.files + (b.files ?? 0),
})

/** Which events may go, in the order in which they do. */
interface Plan {
  readonly eventIds: readonly EventId[]
  readonly mayGo: (row: EventRow) => boolean
  readonly keepMine: boolean
  /** Only what others have answered. */
  readonly onlyAnswers?: boolean
}

export type Prune = ReturnType<typeof createPrune>

/**
 * Takes rows of the server out of the mirror that can be pulled again. Never an event for which an answer of mine waits
 * or may still land, nor one that somebody watches: `spared`.
 */
export function createPrune(db: RsvpDatabase, live: Live, clock: ClockPort, me: UserId) {
  /** What has ended before, and what was deleted: the oldest first. */
  async function prune(
    { endedBefore, keepMine }: Pruning,
    spared: ReadonlySet<EventId>,
    enough: (report: PruneReport) => boolean = () => false,
  ): Promise<PruneReport> {
    const eventIds = await live.read([db.events], async ({ events }) => {
      const walk = events.where('startMs')
      const [all, dated, over] = await Promise.all([
        events.toCollection().primaryKeys(),
        walk.between(Dexie.minKey, Dexie.maxKey).primaryKeys(),
        events.where('startMs').below(endedBefore).primaryKeys(),
      ])
      const isDated = new Set(dated) // deleted events have no start
      return [...all.filter((eventId) => !isDated.has(eventId)), ...over]
    })
    const mayGo = (row: EventRow) => row.isDeleted || (endOf(row) ?? endedBefore) < endedBefore
    return take({ eventIds, mayGo, keepMine }, spared, enough)
  }

  /** Until it is enough: what has ended, then what others have answered, then what is farthest ahead. */
  async function shrink(
    spared: ReadonlySet<EventId>,
    enough: (report: PruneReport) => boolean,
  ): Promise<PruneReport> {
    let report = await prune({ endedBefore: clock.now(), keepMine: true }, spared, enough)
    const eventIds = await live.read([db.events], ({ events }) =>
      events.orderBy('startMs').reverse().primaryKeys(),
    )
    const mayGo = () => true
    for (const onlyAnswers of [true, false]) {
      if (enough(report)) break
      const before = report
      const more = await take({ eventIds, mayGo, keepMine: true, onlyAnswers }, spared, (more) =>
        enough(sum(before, more)),
      )
      report = sum(before, more)
    }
    return report
  }

  async function take(
    plan: Plan,
    spared: ReadonlySet<EventId>,
    enough: (report: PruneReport) => boolean,
  ): Promise<PruneReport> {
    const asOf = await live.read([db.meta], readAsOf)
    let report = NONE
    for (let from = 0; from < plan.eventIds.length && !enough(report); from += AT_ONCE) {
      const some = plan.eventIds.slice(from, from + AT_ONCE).filter((eventId) => !spared.has(eventId))
      const { events, responses, outbox, watched } = db
      report = sum(
        report,
        await live.write([events, responses, outbox, watched], (tx) => drop(tx, some, plan)),
      )
      await clock.pause()
    }
    return rowsOf(report) > 0 ? sum(report, await sweep(asOf)) : report
  }

  async function drop(tx: Tables, eventIds: readonly EventId[], plan: Plan): Promise<Count> {
    const keys = eventIds.map((eventId): [EventId, UserId] => [eventId, me])
    const [rows, mine, open] = await Promise.all([
      tx.events.bulkGet([...eventIds]),
      tx.responses.bulkGet(keys),
      readAll(tx),
    ])
    const waiting = new Set(open.map(({ eventId }) => eventId))
    const going = eventIds.filter((eventId, index) => {
      const kept = rows[index]
      return kept && plan.mayGo(eventOf(kept)) && !waiting.has(eventId) && !(plan.keepMine && mine[index])
    })
    const answers = await Promise.all(
      going.map((eventId) =>
        tx.responses
          .where(':id')
          .between([eventId, Dexie.minKey], [eventId, Dexie.maxKey])
          .filter(({ row }) => row.userId !== me || !plan.onlyAnswers)
          .primaryKeys(),
      ),
    )
    await Promise.all([
      tx.responses.bulkDelete(answers.flat()),
      plan.onlyAnswers ? undefined : tx.events.bulkDelete(going),
    ])
    return { responses: answers.flat().length, events: plan.onlyAnswers ? 0 : going.length }
  }

  /** People and pictures that no row points at any more; not what has come in since the pruning began. */
  async function sweep(asOf: number): Promise<Count> {
    const { events, responses, users, files } = db
    const pointing = await live.read([events, responses], async (tx) => {
      const [answers, people, covers] = [new Set<unknown>([me]), new Set<unknown>(), new Set<unknown>()]
      for (const key of await tx.responses.toCollection().primaryKeys()) answers.add(key[1])
      await tx.events.each(({ row }) => {
        people.add(row.userId)
        covers.add(row.coverImageFileId)
      })
      return { people: new Set([...answers, ...people]), covers }
    })
    const isOld = (kept: { readonly asOf: number }) => kept.asOf <= asOf
    return live.write([users, files], async (tx) => {
      const gone = await tx.users
        .filter((kept) => isOld(kept) && !pointing.people.has(kept.row.userId))
        .primaryKeys()
      await tx.users.bulkDelete(gone)
      const shown = new Set(pointing.covers)
      await tx.users.each(({ row }) => shown.add(row.avatarFileId))
      const unseen = await tx.files.filter((kept) => isOld(kept) && !shown.has(kept.row.fileId)).primaryKeys()
      await tx.files.bulkDelete(unseen)
      return { users: gone.length, files: unseen.length }
    })
  }

  return { prune, shrink }
}

const endOf = ({ endTime, startTime }: EventRow) => momentOf(endTime) ?? momentOf(startTime)

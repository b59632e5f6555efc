import Dexie from 'dexie'
import type { EventRow } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { type Moment, momentOf } from '../model/moment.ts'
import type { PruneReport, Pruning } from '../model/prune.ts'
import type { ClockPort } from '../ports.ts'
import { eventOf, type RsvpDatabase, type Tables, tablesOf } from './database.ts'
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

interface Rule {
  readonly mayGo: (row: EventRow) => boolean
  readonly keepMine: boolean
}

/** Which events may go, in the order in which they do. */
interface Plan extends Rule {
  readonly eventIds: readonly EventId[]
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
    const eventIds = await live.read([db.events], (tx) => deletedOrBegun(tx, endedBefore))
    return take({ eventIds, mayGo: isOver(endedBefore), keepMine }, spared, enough)
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
    const going = await readGoing(tx, me, eventIds, plan)
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

/** Makes room at once, in one transaction: the device is full, and an answer waits. My answers stay, and their events. */
export const makeRoom = (db: RsvpDatabase, me: UserId, now: Moment): PromiseLike<void> =>
  db.transaction('rw!', db.tables, async (transaction) => {
    const tx = tablesOf(transaction)
    await Promise.all([tx.users.clear(), tx.files.clear()])
    await tx.responses.filter(({ row }) => row.userId !== me).delete()
    const eventIds = await deletedOrBegun(tx, now)
    await tx.events.bulkDelete(await readGoing(tx, me, eventIds, { mayGo: isOver(now), keepMine: true }))
  })

/** Those of these events that may go: no answer of mine waits, or may still land. */
async function readGoing(
  tx: Tables,
  me: UserId,
  eventIds: readonly EventId[],
  { mayGo, keepMine }: Rule,
): Promise<EventId[]> {
  const [rows, mine, open] = await Promise.all([
    tx.events.bulkGet([...eventIds]),
    tx.responses.bulkGet(eventIds.map((eventId): [EventId, UserId] => [eventId, me])),
    readAll(tx),
  ])
  const waiting = new Set(open.map(({ eventId }) => eventId))
  return eventIds.filter((eventId, index) => {
    const kept = rows[index]
    return kept && mayGo(eventOf(kept)) && !waiting.has(eventId) && !(keepMine && mine[index])
  })
}

/** Deleted ones, then those that began before this moment, the first first. */
async function deletedOrBegun({ events }: Tables, before: Moment): Promise<EventId[]> {
  const [all, dated, begun] = await Promise.all([
    events.toCollection().primaryKeys(),
    events.where('startMs').between(Dexie.minKey, Dexie.maxKey).primaryKeys(),
    events.where('startMs').below(before).primaryKeys(),
  ])
  const isDated = new Set(dated) // deleted events have no start
  return [...all.filter((eventId) => !isDated.has(eventId)), ...begun]
}

const isOver =
  (moment: Moment) =>
  (row: EventRow): boolean =>
    row.isDeleted || (endOf(row) ?? moment) < moment

const endOf = ({ endTime, startTime }: EventRow) => momentOf(endTime) ?? momentOf(startTime)

import type { Table } from 'dexie'
import { RsvpStoreError } from '../model/errors.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { credible, type Moment } from '../model/moment.ts'
import {
  answered,
  claimed,
  discarded,
  dueAt,
  hastenedTo,
  isAtRisk,
  isOpen,
  type Lease,
  type OutboxRow,
  refused,
  retried,
  watched as stillWatched,
  unsent,
  unsettled,
} from '../model/outbox-entry.ts'
import { isReadable, type StoredRow } from '../model/outbox-row.ts'
import { closedAs } from '../model/rsvp-window.ts'
import type { ClockPort } from '../ports.ts'
import { eventOf, type KeptResponse, type Pause, type RsvpDatabase, type Tables } from './database.ts'
import type { Live } from './live.ts'
import { readAsOf } from './mirror.ts'
import { createOutboxMemory } from './outbox-memory.ts'
import { readAll, readSome, replace } from './outbox-rows.ts'
import type { Answer, Answered, Claim, Known, Leaving } from './outbox-state.ts'

export type { Claim, OutboxState } from './outbox-state.ts'

type Row = OutboxRow | undefined

/** What happens in the transaction of a change, beside the change itself. */
interface Beside<Seen> {
  readonly tables: readonly Table[]
  readonly run: (db: Tables, turn: number) => Promise<Seen>
}

/** How long what is taken is taken for, and when what is stored is over, as far as this tab can tell. */
export interface Terms {
  readonly leaseMs: number
  readonly leaseEnd: (lease: Lease | undefined) => Moment
  /** The row, watched for as long as it should be. */
  readonly lasting: (row: OutboxRow) => OutboxRow
}

interface Change {
  readonly after: Row
  readonly leaving?: Leaving | undefined
}

export type Outbox = ReturnType<typeof createOutbox>

/** The only writer of the tables `outbox`, `watched` and `meta.pause`. Every verb is one transaction. */
export function createOutbox(db: RsvpDatabase, live: Live, userId: UserId) {
  const { outbox, watched, events, responses, meta } = db
  const { heard, writes, wrote, showPause, ...shown } = createOutboxMemory(db, live)

  /** Replaces rows, or takes them out; shows it before a query does. Everything happens, or nothing. */
  async function change<R extends Change, Seen = undefined>(
    eventIds: readonly EventId[],
    step: (before: Row, index: number, seen: Seen) => R,
    beside?: Beside<Seen>,
  ): Promise<readonly R[]> {
    let at = 0
    let next = new Map<EventId, Row>()
    const changes = await live.write([outbox, watched, ...(beside?.tables ?? [])], async (tx, turn) => {
      at = turn
      writes(turn)
      const [stored, seen] = await Promise.all([readSome(tx, eventIds), beside?.run(tx, turn)])
      const rows = new Map(stored.filter(isReadable).map((row) => [row.eventId, row]))
      next = new Map(rows)
      const changes = eventIds.map((eventId, index) => {
        const change = step(next.get(eventId), index, seen as Seen)
        next.set(eventId, change.after)
        return change
      })
      await Promise.all([...next].map(([eventId, after]) => replace(tx, rows.get(eventId), after)))
      return changes
    })
    const left = changes.map(({ leaving }, index) => [eventIds[index] as EventId, leaving] as const)
    wrote(at, next, new Map(left))
    return changes
  }

  /** Moves a row that is there; with a lease, only while it is still ours: a late finisher changes nothing. */
  const move = (eventId: EventId, step: (row: OutboxRow) => Row, lease?: Lease) =>
    change([eventId], (row) => ({
      after: row && (!lease || row.lease?.id === lease.id) ? step(row) : row,
    }))

  /** Stores taps, all or none, each of another event. `began` is told the turn of the write while it is under way. */
  async function answer(
    taps: readonly Answer[],
    began: (turn: number) => void,
  ): Promise<readonly Answered[]> {
    const eventIds = taps.map(({ eventId }) => eventId)
    const answers = await change(
      eventIds,
      (before, index, [known, mine]: Known) => {
        const tap = taps[index] as Answer
        const closed = closedAs(known[index] && eventOf(known[index]))
        if (closed && closed !== 'event-live')
          throw new RsvpStoreError('rsvp-closed', `The event ${tap.eventId} takes no answers.`)
        const response = mine[index]?.row
        const after = answered(before, { ...tap, server: response?.status ?? null })
        return { after, response, leaving: 'superseded' as const }
      },
      {
        tables: [events, responses],
        run(tx, turn) {
          began(turn)
          const keys = eventIds.map((eventId): [EventId, UserId] => [eventId, userId])
          return Promise.all([tx.events.bulkGet([...eventIds]), tx.responses.bulkGet(keys)])
        },
      },
    )
    return answers.map(({ after, response }) => ({ entry: isOpen(after) ? after : undefined, response }))
  }

  /** Takes due rows, all or nothing; `undefined` for one that is not due any more, or that another tab has. */
  async function claim(
    wanted: readonly { readonly eventId: EventId; readonly leaseId: string }[],
    clock: Pick<ClockPort, 'now'>,
    { leaseMs, leaseEnd, lasting }: Terms,
  ): Promise<readonly (Claim | undefined)[]> {
    const eventIds = wanted.map(({ eventId }) => eventId)
    // Of the moment of the claim: whoever slept until now knows an old one, and a tab that woke no pause.
    let now = 0
    let paused: Pause | undefined
    let asOf = 0
    const taken = await change(
      eventIds,
      (stored, index, responses: readonly (KeptResponse | undefined)[]): { after: Row; claim?: Claim } => {
        const id = wanted[index]?.leaseId
        if (paused || !id || !stored || dueAt(stored, now, leaseEnd(stored.lease)) > now)
          return { after: stored }
        const before = lasting(stored)
        // Watched to its end: nothing can land any more that would matter. Unless the clock was set.
        if (!isOpen(before) && !before.unheard && !before.lease && !isAtRisk(before))
          return { after: stillWatched(before, now) }
        const row = claimed(before, { id, until: now + leaseMs })
        return { after: row, claim: { row, known: responses[index] !== undefined, asOf } }
      },
      {
        tables: [responses, meta],
        async run(tx) {
          const keys = eventIds.map((eventId): [EventId, UserId] => [eventId, userId])
          const [pause, age, known] = await Promise.all([
            tx.meta.get('pause') as Promise<Pause | undefined>,
            readAsOf(tx),
            tx.responses.bulkGet(keys),
          ])
          asOf = age
          now = clock.now()
          paused = pause && credible(pause.until, now) > now ? pause : undefined
          return known
        },
      },
    )
    if (paused) showPause(paused) // else the next poke would ask the disk again, and so on
    return taken.map(({ claim }) => claim)
  }

  const giveBack = ({ row }: Pick<Claim, 'row'>, wait: Parameters<typeof unsettled>[1]) =>
    move(row.eventId, (mine) => unsettled(mine, wait), row.lease)

  /** Nothing of it was sent. */
  const handBack = ({ row }: Claim) => move(row.eventId, unsent, row.lease)

  const refuse = ({ row }: Claim, why: Parameters<typeof refused>[1]) =>
    // A look that finds nothing, or is not let in, is no reason to stop looking.
    move(row.eventId, (mine) => (isOpen(mine) ? refused(mine, why) : stillWatched(mine, why.now)), row.lease)

  const retry = (eventId: EventId, now: Moment) =>
    move(eventId, (row) => (isOpen(row) ? retried(row, now) : row))
  /** Not an answer that was given since, in another tab: this one may have slept. */
  function discard(eventId: EventId, { now }: Pick<ClockPort, 'now'>) {
    const asked = now()
    const isMeant = ({ queuedAt }: OutboxRow) => queuedAt <= asked || queuedAt > now()
    const step = (row: Row) => (isOpen(row) && isMeant(row) ? discarded(row, now()) : row)
    return change([eventId], (row) => ({ after: step(row), leaving: 'discarded' }))
  }

  /**
   * A reason to try again: waits that we chose end at `moment`, those the server chose stay. Shows what is on disk:
   * a tab that died right after its write has told nobody.
   */
  async function hasten(moment: Moment): Promise<void> {
    let at = 0
    const rows = await live.write([outbox, watched], async (tx, turn) => {
      at = turn
      const hastened: StoredRow[] = []
      for (const row of await readAll(tx)) {
        const next = isReadable(row) ? hastenedTo(row, moment) : row
        if (next !== row) await replace(tx, row as OutboxRow, next as OutboxRow)
        hastened.push(next)
      }
      return hastened
    })
    heard({ turn: at, value: { asked: undefined, rows } })
  }

  /** Changes the wait for the whole user, as it is on disk: another tab may have been told to wait longer. */
  async function changePause(step: (last: Pause | undefined) => Pause | undefined): Promise<void> {
    const pause = await live.write([meta], async (tx) => {
      const next = step((await tx.meta.get('pause')) as Pause | undefined)
      await (next ? tx.meta.put(next) : tx.meta.delete('pause'))
      return next
    })
    showPause(pause)
  }

  return { ...shown, change, answer, claim, giveBack, handBack, refuse, retry, discard, hasten, changePause }
}

import { BehaviorSubject, type Subscription } from 'rxjs'
import type { ResponseRow, RsvpStatus } from '../model/entities.ts'
import { RsvpStoreError } from '../model/errors.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import {
  answered,
  claimed,
  dueAt,
  type OutboxEntry,
  refused,
  retried,
  unsettled,
} from '../model/outbox-entry.ts'
import { isOver } from '../model/rsvp-window.ts'
import type { MirrorMeta, Pause, RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'

/** The outbox as this tab knows it: own writes at once, those of other tabs by live query. */
export interface OutboxState {
  readonly loaded: boolean
  readonly entries: ReadonlyMap<string, OutboxEntry>
  readonly pause: Pause | undefined
  readonly syncedAt: Moment | undefined
}

/** An entry taken for sending, as it was then: what its sender needs and must not re-read. */
export interface Claim {
  readonly entry: OutboxEntry
  readonly leaseId: string
  readonly until: Moment
  /** The mirror knows an answer of mine: PUT; else POST. */
  readonly known: boolean
}

export interface Answered {
  /** `undefined`: the server already has this; nothing is left to send. */
  readonly entry: OutboxEntry | undefined
  readonly response: ResponseRow | undefined
}

type Step = (entry: OutboxEntry) => OutboxEntry | undefined

export type Outbox = ReturnType<typeof createOutbox>

/** The only writer of the tables `outbox` and `meta.pause`. Every verb is one transaction. */
export function createOutbox(db: RsvpDatabase, live: Live, userId: UserId) {
  const state$ = new BehaviorSubject<OutboxState>({
    loaded: false,
    entries: new Map(),
    pause: undefined,
    syncedAt: undefined,
  })
  let knownTurn = 0

  function start(): Subscription {
    const entries$ = live.watch([db.outbox], () => db.outbox.toArray(), [])
    const meta$ = live.watch([db.meta], () => db.meta.bulkGet(['pause', 'mirror']), [])
    const reading = entries$.subscribe(({ turn, value }) => {
      if (turn < knownTurn) return // older than what we wrote since; a newer one follows
      knownTurn = turn
      const entries = new Map(value.map((entry) => [entry.eventId, entry]))
      state$.next({ ...state$.value, loaded: true, entries })
    })
    reading.add(
      meta$.subscribe(({ value: [pause, mirror] }) => {
        const syncedAt = (mirror as MirrorMeta | undefined)?.syncedAt
        state$.next({ ...state$.value, pause: pause as Pause | undefined, syncedAt })
      }),
    )
    return reading
  }

  /** Shows an own write before the live query does. */
  function patch(turn: number, eventId: EventId, entry: OutboxEntry | undefined): void {
    if (turn <= knownTurn) return
    knownTurn = turn
    const entries = new Map(state$.value.entries)
    if (entry) entries.set(eventId, entry)
    else entries.delete(eventId)
    state$.next({ ...state$.value, entries })
  }

  async function put(eventId: EventId, before: OutboxEntry | undefined, after: OutboxEntry | undefined) {
    if (after === before) return
    if (after) await db.outbox.put(after)
    else await db.outbox.delete(eventId)
  }

  /** Moves an entry; nothing happens when there is none. */
  async function move(eventId: EventId, step: Step): Promise<OutboxEntry | undefined> {
    let at = 0
    const after = await live.write([db.outbox], async (turn) => {
      at = turn
      const before = await db.outbox.get(eventId)
      const next = before && step(before)
      await put(eventId, before, next)
      return next
    })
    patch(at, eventId, after)
    return after
  }

  /** A late finisher whose lease was taken over changes nothing. */
  const ifMine =
    (leaseId: string, step: Step): Step =>
    (entry) =>
      entry.lease?.id === leaseId ? step(entry) : entry

  /** Stores a tap. `began` is told the turn of the write while it is under way. */
  async function answer(
    tap: { readonly eventId: EventId; readonly status: RsvpStatus; readonly answerId: string; readonly now: Moment },
    began: (turn: number) => void,
  ): Promise<Answered> {
    let at = 0
    const result = await live.write([db.outbox, db.events, db.responses], async (turn) => {
      at = turn
      began(turn)
      const [before, event, kept] = await Promise.all([
        db.outbox.get(tap.eventId),
        db.events.get(tap.eventId),
        db.responses.get([tap.eventId, userId]),
      ])
      if (event && isOver(event.row)) throw closedError(event.row.title ?? tap.eventId)
      const entry = answered(before, { ...tap, server: kept?.row.status ?? null })
      await put(tap.eventId, before, entry)
      return { entry, response: kept?.row }
    })
    patch(at, tap.eventId, result.entry)
    return result
  }

  /** Takes a due entry for `leaseMs`; `undefined` when it is not due any more or another tab has it. */
  async function claim(eventId: EventId, id: string, now: Moment, until: Moment): Promise<Claim | undefined> {
    let at = 0
    const taken = await live.write([db.outbox, db.responses], async (turn) => {
      at = turn
      const before = await db.outbox.get(eventId)
      const due = before && dueAt(before, now)
      if (!before || due === undefined || due > now) return { before }
      const entry = claimed(before, { id, until })
      await db.outbox.put(entry)
      return { before: entry, entry, known: (await db.responses.get([eventId, userId])) !== undefined }
    })
    patch(at, eventId, taken.before)
    return taken.entry && { entry: taken.entry, leaseId: id, until, known: taken.known }
  }

  const giveBack = ({ entry, leaseId }: Claim, wait: Parameters<typeof unsettled>[1]) =>
    move(
      entry.eventId,
      ifMine(leaseId, (mine) => unsettled(mine, wait)),
    )

  const refuse = ({ entry, leaseId }: Claim, why: Parameters<typeof refused>[1]) =>
    move(
      entry.eventId,
      ifMine(leaseId, (mine) => refused(mine, why)),
    )

  const retry = (eventId: EventId, now: Moment) => move(eventId, (entry) => retried(entry, now))
  const discard = (eventId: EventId) => move(eventId, () => undefined)

  /** A new network is a reason to try again: waits that we chose end at `moment`, those the server chose stay. */
  async function hasten(moment: Moment): Promise<void> {
    await live.write([db.outbox], async () => {
      const waiting = await db.outbox.filter((entry) => entry.state === 'queued' && entry.failures > 0).toArray()
      const sooner = waiting.map((entry) => ({
        ...entry,
        notBefore: Math.max(entry.floor, Math.min(entry.notBefore, moment)),
      }))
      await db.outbox.bulkPut(sooner)
    })
  }

  async function setPause(pause: Omit<Pause, 'key'> | undefined): Promise<void> {
    await live.write([db.meta], async () => {
      if (pause) await db.meta.put({ key: 'pause', ...pause })
      else await db.meta.delete('pause')
    })
    state$.next({ ...state$.value, pause: pause && { key: 'pause', ...pause } })
  }

  return { state$, start, patch, answer, claim, giveBack, refuse, retry, discard, hasten, setPause }
}

function closedError(title: string): RsvpStoreError {
  return new RsvpStoreError('rsvp-closed', `“${title}” takes no answers any more; nothing was stored.`)
}

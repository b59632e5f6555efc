import type { Table } from 'dexie'
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
  /** With the change that took an entry out otherwise than by settling it: how. */
  readonly left?: { readonly eventId: EventId; readonly kind: Leaving } | undefined
}

type Leaving = 'superseded' | 'discarded'

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
  readonly after: OutboxEntry | undefined
  readonly response: ResponseRow | undefined
}

type Entry = OutboxEntry | undefined

export type Outbox = ReturnType<typeof createOutbox>

/** The only writer of the tables `outbox` and `meta.pause`. Every verb is one transaction. */
export function createOutbox(db: RsvpDatabase, live: Live, userId: UserId) {
  const { outbox, events, responses, meta } = db
  const state$ = new BehaviorSubject<OutboxState>({
    loaded: false,
    entries: new Map(),
    pause: undefined,
    syncedAt: undefined,
  })
  const update = (change: Partial<OutboxState>) =>
    state$.next({ ...state$.value, left: undefined, ...change })
  let knownTurn = 0

  function start(): Subscription {
    let entriesRead = false
    let metaRead = false
    const reading = live
      .watch([outbox], () => outbox.toArray(), [])
      .subscribe(({ turn, value }) => {
        if (turn < knownTurn) return // older than what we wrote since; a newer one follows
        knownTurn = turn
        entriesRead = true
        update({ loaded: metaRead, entries: new Map(value.map((entry) => [entry.eventId, entry])) })
      })
    reading.add(
      live
        .watch([meta], () => meta.bulkGet(['pause', 'mirror']), [])
        .subscribe(({ value: [pause, mirror] }) => {
          metaRead = true
          const syncedAt = (mirror as MirrorMeta | undefined)?.syncedAt
          update({ loaded: entriesRead, pause: pause as Pause | undefined, syncedAt })
        }),
    )
    return reading
  }

  /** Replaces an entry, or takes it out; shows it before the live query does. Everything happens, or nothing. */
  async function change<R extends { readonly after: Entry; readonly leaving?: Leaving }>(
    eventId: EventId,
    tables: readonly Table[],
    step: (before: Entry, turn: number) => R | Promise<R>,
  ): Promise<R> {
    let at = 0
    const result = await live.write(tables, async (turn) => {
      at = turn
      const before = await outbox.get(eventId)
      const stepped = await step(before, turn)
      const { after } = stepped
      if (after !== before) await (after ? outbox.put(after) : outbox.delete(eventId))
      return stepped
    })
    if (at > knownTurn) {
      knownTurn = at
      const entries = new Map(state$.value.entries)
      if (result.after) entries.set(eventId, result.after)
      else entries.delete(eventId)
      const { after, leaving } = result
      update({ entries, left: after || !leaving ? undefined : { eventId, kind: leaving } })
    }
    return result
  }

  /** Moves an entry that is there; with a lease, only while it is still ours: a late finisher changes nothing. */
  const move = (eventId: EventId, step: (entry: OutboxEntry) => Entry, leaseId?: string) =>
    change(eventId, [outbox], (entry) => ({
      after: entry && (leaseId === undefined || entry.lease?.id === leaseId) ? step(entry) : entry,
    }))

  /** Stores a tap. `began` is told the turn of the write while it is under way. */
  const answer = (
    tap: {
      readonly eventId: EventId
      readonly status: RsvpStatus
      readonly answerId: string
      readonly now: Moment
    },
    began: (turn: number) => void,
  ): Promise<Answered> =>
    change(tap.eventId, [outbox, events, responses], async (before, turn) => {
      began(turn)
      const event = await events.get(tap.eventId)
      if (event && isOver(event.row)) throw new RsvpStoreError('rsvp-closed', 'This event takes no answers.')
      const response = (await responses.get([tap.eventId, userId]))?.row
      const after = answered(before, { ...tap, server: response?.status ?? null })
      return { after, response, leaving: 'superseded' as const }
    })

  /** Takes a due entry until `until`; `undefined` when it is not due any more or another tab has it. */
  async function claim(
    eventId: EventId,
    leaseId: string,
    now: Moment,
    until: Moment,
  ): Promise<Claim | undefined> {
    const { after, known } = await change(eventId, [outbox, responses], async (before) => {
      if (!before || dueAt(before, now) > now) return { after: before }
      const known = (await responses.get([eventId, userId])) !== undefined
      return { after: claimed(before, { id: leaseId, until }), known }
    })
    return after && known !== undefined ? { entry: after, leaseId, until, known } : undefined
  }

  const giveBack = (
    { entry, leaseId }: Pick<Claim, 'entry' | 'leaseId'>,
    wait: Parameters<typeof unsettled>[1],
  ) => move(entry.eventId, (mine) => unsettled(mine, wait), leaseId)

  const refuse = ({ entry, leaseId }: Claim, why: Parameters<typeof refused>[1]) =>
    move(entry.eventId, (mine) => refused(mine, why), leaseId)

  const retry = (eventId: EventId, now: Moment) => move(eventId, (entry) => retried(entry, now))
  const discard = (eventId: EventId) =>
    change(eventId, [outbox], () => ({ after: undefined, leaving: 'discarded' }))

  /** A new network is a reason to try again: waits that we chose end at `moment`, those the server chose stay. */
  const hasten = (moment: Moment) =>
    live.write([outbox], () =>
      outbox
        .filter(({ state, failures }) => state === 'queued' && failures > 0)
        .modify((entry: { floor: Moment; notBefore: Moment }) => {
          entry.notBefore = Math.max(entry.floor, Math.min(entry.notBefore, moment))
        }),
    )

  /** Changes the wait for the whole user, as it is on disk: another tab may have been told to wait longer. */
  async function changePause(step: (last: Pause | undefined) => Pause | undefined): Promise<void> {
    const pause = await live.write([meta], async () => {
      const next = step((await meta.get('pause')) as Pause | undefined)
      await (next ? meta.put(next) : meta.delete('pause'))
      return next
    })
    update({ pause })
  }

  return { state$, start, change, answer, claim, giveBack, refuse, retry, discard, hasten, changePause }
}

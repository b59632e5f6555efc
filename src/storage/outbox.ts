import type { Table } from 'dexie'
import { BehaviorSubject, type Subscription } from 'rxjs'
import type { RsvpStatus } from '../model/entities.ts'
import { RsvpStoreError } from '../model/errors.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import {
  answered,
  claimed,
  credible,
  discarded,
  dueAt,
  isAtRisk,
  isOpen,
  type Lease,
  type OutboxRow,
  refused,
  retried,
  watched as stillWatched,
  unsettled,
} from '../model/outbox-entry.ts'
import { closedAs } from '../model/rsvp-window.ts'
import type { MirrorMeta, Pause, RsvpDatabase, Tables } from './database.ts'
import type { Live } from './live.ts'
import { isThere, readAll, readRows, replace } from './outbox-rows.ts'
import type { Answered, Claim, Leaving, OutboxState } from './outbox-state.ts'

export type { Claim, OutboxState } from './outbox-state.ts'

type Row = OutboxRow | undefined

export type Outbox = ReturnType<typeof createOutbox>

/** The only writer of the tables `outbox`, `watched` and `meta.pause`. Every verb is one transaction. */
export function createOutbox(db: RsvpDatabase, live: Live, userId: UserId) {
  const { outbox, watched, events, responses, meta } = db
  const state$ = new BehaviorSubject<OutboxState>({
    loaded: false,
    rows: new Map(),
    entries: new Map(),
    unreadable: 0,
    pause: undefined,
    syncedAt: undefined,
  })
  const update = (change: Partial<OutboxState>) =>
    state$.next({ ...state$.value, left: undefined, ...change })
  const showRows = (rows: OutboxState['rows'], change?: Partial<OutboxState>) =>
    update({ rows, entries: new Map([...rows].filter(([, row]) => isOpen(row))), ...change })
  let knownTurn = 0

  function start(): Subscription {
    let rowsRead = false
    let metaRead = false
    const reading = live.watch([outbox, watched], readAll, []).subscribe(({ turn, value }) => {
      if (turn < knownTurn) return // older than what we wrote since; a newer one follows
      knownTurn = turn
      rowsRead = true
      const readable = value.filter(isThere)
      showRows(new Map(readable.map((row) => [row.eventId, row])), {
        loaded: metaRead,
        unreadable: value.length - readable.length,
      })
    })
    reading.add(
      live
        .watch([meta], (tx) => tx.meta.bulkGet(['pause', 'mirror']), [])
        .subscribe(({ value: [pause, mirror] }) => {
          metaRead = true
          const syncedAt = (mirror as MirrorMeta | undefined)?.syncedAt
          update({ loaded: rowsRead, pause: pause as Pause | undefined, syncedAt })
        }),
    )
    return reading
  }

  /** Replaces a row, or takes it out; shows it before the live query does. Everything happens, or nothing. */
  async function change<R extends { readonly after: Row; readonly leaving?: Leaving | undefined }>(
    eventId: EventId,
    tables: readonly Table[],
    step: (before: Row, db: Tables, turn: number) => R | Promise<R>,
  ): Promise<R> {
    let at = 0
    const result = await live.write([outbox, watched, ...tables], async (tx, turn) => {
      at = turn
      const before = (await tx.outbox.get(eventId)) ?? (await tx.watched.get(eventId))
      const stepped = await step(before, tx, turn)
      await replace(tx, before, stepped.after)
      return stepped
    })
    if (at > knownTurn) {
      knownTurn = at
      const { after, leaving } = result
      const rows = new Map(state$.value.rows)
      if (after) rows.set(eventId, after)
      else rows.delete(eventId)
      showRows(rows, { left: isOpen(after) || !leaving ? undefined : { eventId, kind: leaving } })
    }
    return result
  }

  /** Moves a row that is there; with a lease, only while it is still ours: a late finisher changes nothing. */
  const move = (eventId: EventId, step: (row: OutboxRow) => Row, lease?: Lease) =>
    change(eventId, [], (row) => ({
      after: row && (!lease || row.lease?.id === lease.id) ? step(row) : row,
    }))

  /** Stores a tap. `began` is told the turn of the write while it is under way. */
  async function answer(
    tap: {
      readonly eventId: EventId
      readonly status: RsvpStatus
      readonly answerId: string
      readonly now: Moment
    },
    began: (turn: number) => void,
  ): Promise<Answered> {
    const { after, response } = await change(tap.eventId, [events, responses], async (before, tx, turn) => {
      began(turn)
      const closed = closedAs((await tx.events.get(tap.eventId))?.row)
      if (closed && closed !== 'event-live')
        throw new RsvpStoreError('rsvp-closed', 'This event takes no answers.')
      const response = (await tx.responses.get([tap.eventId, userId]))?.row
      const after = answered(before, { ...tap, server: response?.status ?? null })
      return { after, response, leaving: 'superseded' as const }
    })
    return { entry: isOpen(after) ? after : undefined, response }
  }

  /** Takes a due row until `until`; `undefined` when it is not due any more or another tab has it. */
  async function claim(
    eventId: EventId,
    id: string,
    now: Moment,
    until: Moment,
    leaseEnd: (lease: Lease | undefined) => Moment,
  ): Promise<Claim | undefined> {
    const { claim, pause } = await change<{ after: Row; claim?: Claim; pause?: Pause }>(
      eventId,
      [responses, meta],
      async (before, tx) => {
        // As it is on disk: a tab that has just woken may not have heard of it yet.
        const pause = (await tx.meta.get('pause')) as Pause | undefined
        if (pause && credible(pause.until, now) > now) return { after: before, pause }
        if (!before || dueAt(before, now, leaseEnd(before.lease)) > now) return { after: before }
        // Watched to its end: nothing can land any more that would matter. Unless the clock was set back.
        if (!isOpen(before) && !before.unheard && !before.lease && !isAtRisk(before))
          return { after: stillWatched(before, now) }
        const row = claimed(before, { id, until })
        return {
          after: row,
          claim: { row, known: (await tx.responses.get([eventId, userId])) !== undefined },
        }
      },
    )
    if (pause) update({ pause }) // else the next poke would ask the disk again, and so on
    return claim
  }

  const giveBack = ({ row }: Pick<Claim, 'row'>, wait: Parameters<typeof unsettled>[1]) =>
    move(row.eventId, (mine) => unsettled(mine, wait), row.lease)

  const refuse = ({ row }: Claim, why: Parameters<typeof refused>[1]) =>
    // A look that finds nothing, or is not let in, is no reason to stop looking.
    move(row.eventId, (mine) => (isOpen(mine) ? refused(mine, why) : stillWatched(mine, why.now)), row.lease)

  const retry = (eventId: EventId, now: Moment) =>
    move(eventId, (row) => (isOpen(row) ? retried(row, now) : row))
  const discard = (eventId: EventId, now: Moment) =>
    change(eventId, [], (row) => ({
      after: isOpen(row) ? discarded(row, now) : row,
      leaving: 'discarded',
    }))

  /**
   * A reason to try again: waits that we chose end at `moment`, those the server chose stay. Shows what is on disk:
   * a tab that died right after its write has told nobody.
   */
  async function hasten(moment: Moment): Promise<void> {
    let at = 0
    const rows = await live.write([outbox, watched], async (tx, turn) => {
      at = turn
      const found = new Map<string, OutboxRow>()
      for (const row of await readRows(tx)) {
        const notBefore = Math.max(row.floor, Math.min(row.notBefore, moment))
        const isOurs = row.state === 'queued' && (row.failures > 0 || isAtRisk(row))
        const next = isOurs ? { ...row, notBefore } : row
        await replace(tx, row, next)
        found.set(row.eventId, next)
      }
      return found
    })
    if (at <= knownTurn) return
    knownTurn = at
    showRows(rows)
  }

  /** Changes the wait for the whole user, as it is on disk: another tab may have been told to wait longer. */
  async function changePause(step: (last: Pause | undefined) => Pause | undefined): Promise<void> {
    const pause = await live.write([meta], async (tx) => {
      const next = step((await tx.meta.get('pause')) as Pause | undefined)
      await (next ? tx.meta.put(next) : tx.meta.delete('pause'))
      return next
    })
    update({ pause })
  }

  return { state$, start, change, answer, claim, giveBack, refuse, retry, discard, hasten, changePause }
}

import { BehaviorSubject, type Subscription } from 'rxjs'
import type { EventId } from '../model/ids.ts'
import { isOpen, type OutboxRow } from '../model/outbox-entry.ts'
import { isReadable, type StoredRow } from '../model/outbox-row.ts'
import { isTouchedBy } from './changes.ts'
import type { MirrorMeta, Pause, RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'
import { readAll, readSome } from './outbox-rows.ts'
import type { Leaving, OutboxState } from './outbox-state.ts'
import type { Query, Snapshot } from './watch.ts'

/** Rows as they are on disk: those that were asked for, or all. */
interface Heard {
  readonly asked: readonly EventId[] | undefined
  readonly rows: readonly StoredRow[]
}

/** The outbox as this tab knows it, whole: what was last read, and our own writes before they are read again. */
export function createOutboxMemory({ outbox, watched, meta }: RsvpDatabase, live: Live) {
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
  /** Our own writes that a snapshot may not know yet, by the turn of the last. */
  const turns = new Map<EventId, number>()
  /** The rows that were written since they were read; `undefined` for all. */
  let touched: Set<EventId> | undefined
  const unreadable = new Set<EventId>()
  let rowsRead = false
  let metaRead = false

  function start(): Subscription {
    const reading = live.watch(rowsQuery).subscribe(heard)
    reading.add(
      live.watch(metaQuery).subscribe(({ value: [pause, mirror] }) => {
        metaRead = true
        const syncedAt = (mirror as MirrorMeta | undefined)?.syncedAt
        update({ loaded: rowsRead, pause: pause as Pause | undefined, syncedAt })
      }),
    )
    return reading
  }

  const metaQuery: Query<readonly unknown[]> = {
    tables: [meta],
    isTouched: (changes) => !changes || isTouchedBy(changes, { meta: () => true }),
    read: (tx) => tx.meta.bulkGet(['pause', 'mirror']),
    empty: [],
  }

  const rowsQuery: Query<Heard> = {
    tables: [outbox, watched],
    isTouched(changes) {
      const [waiting, settled] = [changes?.keysOf('outbox'), changes?.keysOf('watched')]
      if (!waiting || !settled) touched = undefined
      else for (const eventId of [...waiting, ...settled]) touched?.add(eventId)
      return touched?.size !== 0
    },
    async read(tx) {
      const asked = touched && [...touched]
      touched = new Set()
      return { asked, rows: await (asked ? readSome(tx, asked) : readAll(tx)) }
    },
    empty: { asked: [], rows: [] },
  }

  /** Takes over what was written, here or in another tab; not where we have written since. */
  function heard({ turn, value: { asked, rows } }: Snapshot<Heard>): void {
    const next = new Map(state$.value.rows)
    const isNews = ({ eventId }: { readonly eventId: EventId }) => (turns.get(eventId) ?? 0) <= turn
    for (const eventId of asked ?? [...next.keys(), ...unreadable]) {
      if (!isNews({ eventId })) continue
      next.delete(eventId)
      unreadable.delete(eventId)
    }
    for (const row of rows.filter(isNews)) {
      if (isReadable(row)) next.set(row.eventId, row)
      else unreadable.add(row.eventId)
    }
    for (const eventId of asked ?? next.keys()) if (isNews({ eventId })) turns.set(eventId, turn)
    rowsRead = true
    showRows(next, { loaded: metaRead, unreadable: unreadable.size })
  }

  /** Shows rows as the transaction of this turn has left them, and how those that are no longer open went. */
  function wrote(
    turn: number,
    written: ReadonlyMap<EventId, OutboxRow | undefined>,
    leaving: ReadonlyMap<EventId, Leaving | undefined>,
  ): void {
    const rows = new Map(state$.value.rows)
    const left = new Map<EventId, Leaving>()
    for (const [eventId, after] of written) {
      if (turn <= (turns.get(eventId) ?? 0)) continue
      turns.set(eventId, turn)
      if (after) rows.set(eventId, after)
      else rows.delete(eventId)
      const kind = leaving.get(eventId)
      if (kind && !isOpen(after)) left.set(eventId, kind)
    }
    showRows(rows, { left })
  }

  const showPause = (pause: Pause | undefined) => update({ pause })

  return { state$, start, heard, wrote, showPause }
}

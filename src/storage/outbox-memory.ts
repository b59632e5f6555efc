import { BehaviorSubject, type Subscription } from 'rxjs'
import type { EventId } from '../model/ids.ts'
import { isOpen, type OutboxRow } from '../model/outbox-entry.ts'
import { isReadable, type StoredRow } from '../model/outbox-row.ts'
import { type Changes, isTouchedBy } from './changes.ts'
import type { Asking, MirrorMeta, Pause, RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'
import { readAll, readSome } from './outbox-rows.ts'
import type { Leaving, OutboxState } from './outbox-state.ts'
import type { Query, Snapshot } from './watch.ts'

/** What is on disk: the rows that were asked for, or all, and what holds for all of them. */
interface Heard {
  readonly asked: readonly EventId[] | undefined
  readonly rows: readonly StoredRow[]
  readonly meta?: readonly unknown[]
}

/** What holds for all rows, by its key. */
const META: readonly string[] = ['pause', 'mirror', 'birth', 'asking']

/** The outbox as this tab knows it, whole: what was last read, and our own writes, which need not be read again. */
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
  /** Our own writes that will be shown, or are, by `wrote`. */
  const shownTurns = new Set<number>()
  /** The rows that were written since they were read; `undefined` for all. */
  let touched: Set<EventId> | undefined
  const unreadable = new Set<EventId>()
  let isMetaTouched = true

  const query: Query<Heard> = {
    tables: [outbox, watched, meta],
    isTouched(changes) {
      if (!changes?.turn || !shownTurns.delete(changes.turn)) touch(changes)
      isMetaTouched ||= !changes || isTouchedBy(changes, { meta: (key) => META.includes(key) })
      return touched?.size !== 0 || isMetaTouched
    },
    async read(tx) {
      const asked = touched && [...touched]
      const isMetaAsked = isMetaTouched
      touched = new Set()
      isMetaTouched = false
      const [rows, meta] = await Promise.all([
        asked ? readSome(tx, asked) : readAll(tx),
        isMetaAsked ? tx.meta.bulkGet([...META]) : undefined,
      ])
      return { asked, rows, ...(meta && { meta }) }
    },
    empty: { asked: [], rows: [] },
  }

  function touch(changes: Changes | undefined): void {
    const [waiting, settled] = [changes?.keysOf('outbox'), changes?.keysOf('watched')]
    if (!waiting || !settled) touched = undefined
    else for (const eventId of [...waiting, ...settled]) touched?.add(eventId)
  }

  /** Takes over what was written, here or in another tab; not where we have written since. */
  function heard({ turn, value: { asked, rows, meta } }: Snapshot<Heard>): void {
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
    showRows(next, { loaded: true, unreadable: unreadable.size, ...(meta && known(meta)) })
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
    shownTurns.delete(turn)
    showRows(rows, { left })
  }

  return {
    state$,
    start: (): Subscription => live.watch(query).subscribe(heard),
    heard,
    /** A write is under way that `wrote` will show. */
    writes: (turn: number) => void shownTurns.add(turn),
    wrote,
    showPause: (pause: Pause | undefined) => update({ pause }),
    /** The database is no longer a new one. */
    born: () => update({ isBorn: true }),
  }
}

const known = ([pause, mirror, birth, asking]: readonly unknown[]): Partial<OutboxState> => ({
  pause: pause as Pause | undefined,
  syncedAt: (mirror as MirrorMeta | undefined)?.syncedAt,
  isBorn: birth !== undefined,
  asking: asking as Asking | undefined,
})

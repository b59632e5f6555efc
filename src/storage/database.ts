import Dexie, { type Table, type Transaction } from 'dexie'
import type { EventRow, FileRow, ResponseRow, UserRow } from '../model/entities.ts'
import type { EventId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import { readOutboxRow, type StoredRow } from '../model/outbox-row.ts'
import type { IndexedDbPort } from '../ports.ts'
import { TELL_KEYS } from './tell-keys.ts'

/** A row of the mirror: the server's word, untouched, beside what we need to find it and to judge its age. */
export interface Kept<Row> {
  readonly row: Row
  /** The server's own moment of the row's last change; 0 when it gave none. */
  readonly moment: Moment
  /** Local, increasing with every merge: when the row arrived. */
  readonly asOf: number
}

/** Soft-deleted events have no sort keys, so that no index lists them. */
export interface KeptEvent extends Kept<EventRow> {
  readonly startMs?: Moment
  readonly createdMs?: Moment
  /** The server has said since that it knows no such event, or shows it to this user no more. */
  readonly isGone?: true
}

/** The event as far as is known: the server's row, and that it is gone. */
export const eventOf = ({ row, isGone }: KeptEvent): EventRow => (isGone ? { ...row, isDeleted: true } : row)

export interface KeptResponse extends Kept<ResponseRow> {
  readonly respondedMs: Moment
}

/** One wait for the whole user, in every tab. */
export interface Pause {
  readonly key: 'pause'
  readonly reason: 'slow-down' | 'signed-out'
  readonly until: Moment
  /** Pauses in a row. */
  readonly times: number
}

export interface MirrorMeta {
  readonly key: 'mirror'
  readonly asOf: number
  readonly syncedAt: Moment
}

/** Written when the database is made: where it is missing, the browser has deleted what was there. */
export interface Birth {
  readonly key: 'birth'
}

/** One tab is about to pull this, or does. */
export interface Pulling {
  readonly key: `pulling ${string}`
  readonly by: string
  readonly until: Moment
}

/** Somebody wants to know what every tab shows. */
export interface Asking {
  readonly key: 'asking'
  readonly id: string
}

/** What one tab shows. */
export interface Shown {
  readonly key: `shown ${string}`
  readonly askedBy: string
  readonly eventIds: readonly EventId[]
}

/** The last pull of a list, or of one event, that came to its end. */
export interface Pulled {
  /** When it was asked for. */
  readonly at: Moment
  /** Where the server goes on, for each question it took; `null` where there is no more. */
  readonly next: readonly (string | null)[]
  /** The events that it named, or the first thousand. */
  readonly eventIds: readonly EventId[]
}

export interface PulledRow extends Pulled {
  readonly key: `pulled ${string}`
}

export class RsvpDatabase extends Dexie {
  declare readonly events: Table<KeptEvent, string>
  declare readonly responses: Table<KeptResponse, [string, string]>
  declare readonly users: Table<Kept<UserRow>, string>
  declare readonly files: Table<Kept<FileRow>, string>
  /** Open answers. */
  declare readonly outbox: Table<StoredRow, string>
  /** Settled answers over which a late request may still land. */
  declare readonly watched: Table<StoredRow, string>
  declare readonly meta: Table<Pause | MirrorMeta | Birth | PulledRow | Pulling | Asking | Shown, string>

  constructor(name: string, port: Exclude<IndexedDbPort, IDBFactory> | undefined) {
    // With Dexie's cache on, `.first()` and `.limit()` re-emit stale rows and unsaved rows look saved.
    super(name, { ...port, cache: 'disabled', chromeTransactionDurability: 'strict' })
    this.version(1).stores({
      events: 'row.eventId, startMs, createdMs, [row.originId+startMs], [row.status+startMs], *row.tags',
      responses: '[row.eventId+row.userId], [row.userId+row.status], [row.eventId+respondedMs]',
      users: 'row.userId',
      files: 'row.fileId',
      outbox: 'eventId',
      watched: 'eventId',
      meta: 'key',
    })
    this.use(TELL_KEYS)
    for (const table of [this.outbox, this.watched]) table.hook('reading', readOutboxRow)
  }
}

export type TableName = 'events' | 'responses' | 'users' | 'files' | 'outbox' | 'watched' | 'meta'

/** The tables by name: of the database, or bound to one transaction. */
export type Tables = Pick<RsvpDatabase, TableName>

/**
 * The tables of a transaction, bound to it. Dexie finds "the current transaction" again after an `await` by counting
 * promise turns; where several transactions are under way it can miscount, and a write would go beside its transaction.
 */
export const tablesOf = (transaction: Transaction): Tables =>
  Object.fromEntries(
    transaction.storeNames.map((name) => [name, transaction.table(name)]),
  ) as unknown as Tables

/** Dexie needs both halves; a bare factory is completed from the global. */
export function completePort(
  port: IndexedDbPort | undefined,
): Exclude<IndexedDbPort, IDBFactory> | undefined {
  if (port && 'IDBKeyRange' in port) return port
  return port && globalThis.IDBKeyRange ? { indexedDB: port, IDBKeyRange: globalThis.IDBKeyRange } : undefined
}

/** One database per (name, user); both parts are escaped, so that no two pairs share one. */
export function databaseName(name: string, userId: string): string {
  return `${encodeURIComponent(name)}/${encodeURIComponent(userId)}`
}

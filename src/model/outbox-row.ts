import type { EventId } from './ids.ts'
import type { OutboxRow } from './outbox-entry.ts'
import { flawIn, OUTBOX_ROW } from './schemas.ts'

/** A row of a shape that this version does not know: an older one wrote it, or a newer one. It stays as it is. */
export interface UnreadableRow {
  readonly eventId: EventId
  readonly unreadable: true
}

export type StoredRow = OutboxRow | UnreadableRow

/** A row as it was read from disk; `undefined` when it is missing. */
export function readOutboxRow(raw: unknown): StoredRow | undefined {
  if (raw === undefined) return undefined
  if (!flawIn(OUTBOX_ROW, raw)) return raw as OutboxRow
  return { eventId: (raw as UnreadableRow).eventId, unreadable: true }
}

export const isReadable = (row: StoredRow | undefined): row is OutboxRow =>
  row !== undefined && !('unreadable' in row)

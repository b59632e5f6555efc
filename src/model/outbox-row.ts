import type { OutboxRow } from './outbox-entry.ts'
import { flawIn, OUTBOX_ROW } from './schemas.ts'

/** A row as it was read from disk; `undefined` when it is missing, or of a shape that this version does not know. */
export const readOutboxRow = (raw: unknown): OutboxRow | undefined =>
  flawIn(OUTBOX_ROW, raw) ? undefined : (raw as OutboxRow)

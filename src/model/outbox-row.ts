import type { OutboxRow } from './outbox-entry.ts'
import { OutboxRowSchema } from './schemas.ts'

/** A row as it was read from disk; `undefined` when it is missing, or of a shape that this version does not know. */
export function readOutboxRow(raw: unknown): OutboxRow | undefined {
  const read = OutboxRowSchema.safeParse(raw)
  return read.success ? (read.data as unknown as OutboxRow) : undefined
}

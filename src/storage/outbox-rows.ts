import type { EventRow } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import { expired, isOpen, type OutboxRow, settled } from '../model/outbox-entry.ts'
import { isReadable, type StoredRow } from '../model/outbox-row.ts'
import { closedAs } from '../model/rsvp-window.ts'
import type { Tables } from './database.ts'

type Row = OutboxRow | undefined

const tableOf = (db: Tables, row: OutboxRow) => (isOpen(row) ? db.outbox : db.watched)

export const isThere = <T>(value: T | undefined): value is T => value !== undefined

/** Every row on disk, inside the caller's transaction. */
export const readAll = async ({ outbox, watched }: Tables): Promise<StoredRow[]> =>
  (await Promise.all([watched.toArray(), outbox.toArray()])).flat()

export const readRows = async (db: Tables): Promise<OutboxRow[]> => (await readAll(db)).filter(isReadable)

/** The rows of these events, inside the caller's transaction. */
export const readSome = async (
  { outbox, watched }: Tables,
  eventIds: readonly EventId[],
): Promise<StoredRow[]> =>
  (await Promise.all([outbox, watched].map((table) => table.bulkGet([...eventIds])))).flat().filter(isThere)

/** Inside the caller's transaction: open rows are kept in one table, watched ones in the other. */
export async function replace(db: Tables, before: Row, after: Row): Promise<void> {
  if (after === before) return
  if (before && (!after || isOpen(before) !== isOpen(after))) await tableOf(db, before).delete(before.eventId)
  if (after) await tableOf(db, after).put(after)
}

/** Answers that wait for an event that the server has closed meanwhile fail as soon as that is known. */
export async function expireAnswers(db: Tables, changed: readonly EventRow[]): Promise<void> {
  const rows = changed.filter((row) => closedAs(row))
  if (rows.length === 0) return
  for (const row of await readRows(db)) {
    const kind = closedAs(rows.find(({ eventId }) => eventId === row.eventId))
    if (kind && isOpen(row)) await replace(db, row, expired(row, { kind, message: kind }))
  }
}

/** The mirror has news of an answer that is watched: a request of it has landed late, or another device spoke. */
export async function lookAgain(
  db: Tables,
  rows: readonly OutboxRow[],
  userId: UserId,
  now: Moment,
): Promise<void> {
  const watched = rows.filter((row) => !isOpen(row) && !row.lease)
  if (watched.length === 0) return
  const known = await db.responses.bulkGet(watched.map(({ eventId }) => [eventId, userId]))
  for (const [index, row] of watched.entries()) {
    const server = known[index]?.row.status
    if (server && server !== row.status) await replace(db, row, settled(row, server, now))
  }
}

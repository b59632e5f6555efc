import type { Table } from 'dexie'
import {
  type EventRow,
  MIRROR_TABLES,
  type MirrorRows,
  type MirrorTable,
  type ResponseRow,
} from '../model/entities.ts'
import type { UserId } from '../model/ids.ts'
import { END_OF_TIME, type Moment, momentOf } from '../model/moment.ts'
import type { Merged } from '../model/reports.ts'
import { isSame } from '../model/same.ts'
import { type Kept, type MirrorMeta, type RsvpDatabase, type Tables, tablesOf } from './database.ts'
import { expireAnswers } from './outbox-rows.ts'

/** Rows of one reply, or of one slice of it. */
export type Rows = { readonly [T in MirrorTable]: readonly MirrorRows[T][] }

/**
 * A row replaces another only if the server says it is newer, or it says the same moment and was asked for
 * after the stored one had arrived: counters change without `updatedAt` moving.
 */
export function replaces(
  incoming: { readonly moment: Moment; readonly asked: number },
  stored: { readonly moment: Moment; readonly asOf: number } | undefined,
): boolean {
  if (!stored || incoming.moment > stored.moment) return true
  return incoming.moment === stored.moment && incoming.asked >= stored.asOf
}

type Key = string | [string, string]
type AnyRow = EventRow & ResponseRow & { readonly fileId: string }

/** How each table is keyed, and what its rows are found by. Deleted events have no sort keys: no list finds them. */
const FACTS: {
  readonly [T in MirrorTable]: (row: AnyRow) => { readonly key: Key; readonly found?: object }
} = {
  events: (row) => ({
    key: row.eventId,
    found: row.isDeleted
      ? {}
      : { startMs: momentOf(row.startTime) ?? END_OF_TIME, createdMs: momentOf(row.createdAt) ?? 0 },
  }),
  responses: (row) => ({
    key: [row.eventId, row.userId],
    found: { respondedMs: momentOf(row.respondedAt) ?? changedAt(row) },
  }),
  users: (row) => ({ key: row.userId }),
  files: (row) => ({ key: row.fileId }),
}

const changedAt = (row: Pick<AnyRow, 'updatedAt' | 'respondedAt' | 'createdAt'>): Moment =>
  momentOf(row.updatedAt) ?? momentOf(row.respondedAt) ?? momentOf(row.createdAt) ?? 0

/** The moment of the latest merge: what a request that starts now is asked after. */
export async function readAsOf(db: Tables): Promise<number> {
  return ((await db.meta.get('mirror')) as MirrorMeta | undefined)?.asOf ?? 0
}

/**
 * Merges rows inside the caller's transaction over all mirror tables and `meta`. The only writer of the mirror.
 * @param asked `readAsOf` when the rows were asked for; missing for rows that come unasked, as of now.
 */
export async function putRows(db: Tables, rows: Rows, now: Moment, asked?: number): Promise<Merged> {
  const last = await readAsOf(db)
  const asOf = last + 1
  let applied = 0
  let stale = 0
  for (const name of MIRROR_TABLES) {
    const table = db[name] as unknown as Table<Kept<AnyRow>, Key>
    const incoming = (rows[name] as unknown as readonly AnyRow[]).map((row) => {
      const { key, found } = FACTS[name](row)
      return { key, kept: { ...found, row, moment: changedAt(row), asOf } }
    })
    const stored = await table.bulkGet(incoming.map(({ key }) => key))
    // By key, so that a row that comes twice in one reply meets its twin, not the disk.
    const latest = new Map(incoming.map(({ key }, index) => [String(key), stored[index]]))
    const changed = new Map<string, Kept<AnyRow>>()
    for (const { key, kept } of incoming) {
      const id = String(key)
      const current = latest.get(id)
      const since = changed.has(id) ? asOf : (asked ?? last)
      if (!replaces({ moment: kept.moment, asked: since }, current)) stale += 1
      else if (current?.moment !== kept.moment || !isSame(current.row, kept.row)) {
        latest.set(id, kept)
        changed.set(id, kept)
      }
    }
    await table.bulkPut([...changed.values()])
    applied += changed.size
    if (name === 'events') await expireAnswers(db, [...changed.values()])
  }
  await db.meta.put({ key: 'mirror', asOf, syncedAt: now })
  return { applied, stale }
}

/** Makes room: drops what can be pulled again and nobody has answered. My answers, and their events, stay. */
export async function pruneMirror(db: RsvpDatabase, me: UserId, now: Moment): Promise<void> {
  await db.transaction('rw!', db.tables, async (transaction) => {
    const { users, files, responses, events, outbox } = tablesOf(transaction)
    await users.clear()
    await files.clear()
    await responses.filter(({ row }) => row.userId !== me).delete()
    const mine = await responses.toArray()
    const kept = new Set([
      ...mine.map(({ row }) => row.eventId),
      ...(await outbox.toCollection().primaryKeys()),
    ])
    await events.filter(({ row, startMs = 0 }) => startMs < now && !kept.has(row.eventId)).delete()
  })
}

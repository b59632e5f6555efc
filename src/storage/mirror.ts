import type { Table } from 'dexie'
import type { EventRow, MirrorRows, MirrorTable, ResponseRow } from '../model/entities.ts'
import { END_OF_TIME, type Moment, momentOf } from '../model/moment.ts'
import type { Kept, MirrorMeta, RsvpDatabase } from './database.ts'

/** Rows of one reply, or of one slice of it. */
export type Rows = { readonly [T in MirrorTable]: readonly MirrorRows[T][] }

export const NO_ROWS: Rows = { events: [], responses: [], users: [], files: [] }

/** What became of rows that could be read. */
export interface Merged {
  /** Written: new, newer, or changed. */
  readonly applied: number
  /** Left out: what is stored is newer, or was asked for later. */
  readonly stale: number
}

const timeOf = (row: { readonly updatedAt?: string | null; readonly createdAt?: string }): Moment =>
  momentOf(row.updatedAt) ?? momentOf(row.createdAt) ?? 0

const responseTime = (row: ResponseRow): Moment =>
  momentOf(row.updatedAt) ?? momentOf(row.respondedAt) ?? timeOf(row)

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

function sortKeys(row: EventRow): { startMs?: Moment; createdMs?: Moment } {
  if (row.isDeleted) return {}
  return { startMs: momentOf(row.startTime) ?? END_OF_TIME, createdMs: momentOf(row.createdAt) ?? 0 }
}

/** The moment of the latest merge: what a request that starts now is asked after. */
export async function readAsOf(db: RsvpDatabase): Promise<number> {
  return ((await db.meta.get('mirror')) as MirrorMeta | undefined)?.asOf ?? 0
}

/**
 * Merges rows inside the caller's transaction over all mirror tables and `meta`. The only writer of the mirror.
 * @param asked `readAsOf` when the rows were asked for; `undefined` for rows that come unasked, as of now.
 */
export async function putRows(
  db: RsvpDatabase,
  rows: Rows,
  { asked, now }: { readonly asked: number | undefined; readonly now: Moment },
): Promise<Merged> {
  const last = await readAsOf(db)
  const since = { asked: asked ?? last, asOf: last + 1 }
  const merged = await Promise.all([
    putTable(db.events, rows.events, since, (row) => ({ key: row.eventId, moment: timeOf(row), ...sortKeys(row) })),
    putTable(db.responses, rows.responses, since, (row) => ({
      key: [row.eventId, row.userId] as [string, string],
      moment: responseTime(row),
      respondedMs: momentOf(row.respondedAt) ?? responseTime(row),
    })),
    putTable(db.users, rows.users, since, (row) => ({ key: row.userId, moment: timeOf(row) })),
    putTable(db.files, rows.files, since, (row) => ({ key: row.fileId, moment: timeOf(row) })),
  ])
  await db.meta.put({ key: 'mirror', asOf: since.asOf, syncedAt: now })
  return sum(merged)
}

export const sum = (merged: readonly Merged[]): Merged => ({
  applied: merged.reduce((total, { applied }) => total + applied, 0),
  stale: merged.reduce((total, { stale }) => total + stale, 0),
})

async function putTable<Row, K extends Kept<Row>, Key>(
  table: Table<K, Key>,
  rows: readonly Row[],
  { asked, asOf }: { readonly asked: number; readonly asOf: number },
  facts: (row: Row) => { readonly key: Key } & Omit<K, 'row' | 'asOf'>,
): Promise<Merged> {
  if (rows.length === 0) return { applied: 0, stale: 0 }
  const incoming = rows.map((row) => {
    const { key, ...rest } = facts(row)
    return { key, kept: { ...rest, row, asOf } as unknown as K }
  })
  const stored = await table.bulkGet(incoming.map(({ key }) => key))
  // By key, so that a row that comes twice in one reply meets its twin, not the disk.
  const latest = new Map(incoming.map(({ key }, index) => [String(key), stored[index]]))
  const changed = new Map<string, K>()
  let stale = 0
  for (const { key, kept } of incoming) {
    const id = String(key)
    const current = latest.get(id)
    if (!replaces({ moment: kept.moment, asked: changed.has(id) ? asOf : asked }, current)) stale += 1
    else if (current?.moment !== kept.moment || !same(current.row, kept.row)) {
      latest.set(id, kept)
      changed.set(id, kept)
    }
  }
  await table.bulkPut([...changed.values()])
  return { applied: changed.size, stale }
}

/** Both came from JSON; another order of keys costs one needless write, no more. */
const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)

import type { Table } from 'dexie'
import {
  type EventRow,
  MIRROR_TABLES,
  type MirrorRows,
  type MirrorTable,
  type ResponseRow,
} from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { END_OF_TIME, type Moment, momentOf } from '../model/moment.ts'
import type { Merged } from '../model/reports.ts'
import { isSame } from '../model/same.ts'
import type { Kept, KeptEvent, MirrorMeta, Tables } from './database.ts'
import { expireAnswers } from './outbox-rows.ts'
import { readMany } from './read-many.ts'

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

/** Rows that are read, judged and put without giving the thread back. */
const AT_ONCE = 50

type Key = string | [string, string]
type AnyRow = EventRow & ResponseRow & { readonly fileId: string }
type AnyKept = Kept<AnyRow> & Pick<KeptEvent, 'isGone'>
/** Before every merge. */
const OLD = Number.NEGATIVE_INFINITY

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

/** What came from the server at one moment. */
export interface Reply {
  readonly rows: Rows
  /** `readAsOf` when the rows were asked for; missing for rows that come unasked, as of now. */
  readonly asked?: number | undefined
}

/**
 * How old a live message is: as of now where it brings an answer that is news, as its counters then are too. One that
 * repeats an answer, or an older one, is as old as can be: only what the server calls newer replaces anything. So is one
 * without answers where the event's row came with an answer of mine: of the same moment, it may not count that answer yet.
 */
export async function liveAge(
  db: Tables,
  { events, responses }: Rows,
  me: UserId,
): Promise<number | undefined> {
  if (responses.length > 0) {
    const stored = await db.responses.bulkGet(responses.map(({ eventId, userId }) => [eventId, userId]))
    const isNews = responses.some((row, index) => changedAt(row) > (stored[index]?.moment ?? OLD))
    return isNews ? undefined : OLD
  }
  const eventIds = events.map(({ eventId }) => eventId)
  const [stored, mine] = await Promise.all([
    db.events.bulkGet(eventIds),
    db.responses.bulkGet(eventIds.map((eventId) => [eventId, me])),
  ])
  const cameWithMine = mine.some((kept, index) => kept && kept.asOf === stored[index]?.asOf)
  return cameWithMine ? OLD : undefined
}

/** The server knows no such event any more, and no list has it. The row stays as it was said; an answer that waits hears it by itself. */
export async function markGone(db: Tables, eventId: EventId, asked: number, now: Moment): Promise<void> {
  const [last, kept] = await Promise.all([readAsOf(db), db.events.get(eventId)])
  if (!kept || kept.isGone || kept.row.isDeleted || asked < kept.asOf) return
  const { row, moment } = kept
  const gone: KeptEvent = { row, moment, asOf: last + 1, isGone: true }
  await Promise.all([db.events.put(gone), db.meta.put({ key: 'mirror', asOf: last + 1, syncedAt: now })])
}

/** Merges replies inside the caller's transaction over all tables. The only writer of the mirror. */
export async function putRows(
  db: Tables,
  replies: readonly Reply[],
  now: Moment,
): Promise<Merged & { readonly asOf: number }> {
  const age = readAsOf(db)
  const merging = MIRROR_TABLES.map((name) => putTable(db, replies, name, age))
  const [asOf, ...merged] = await Promise.all([age, ...merging])
  await Promise.all([
    db.meta.put({ key: 'mirror', asOf: asOf + 1, syncedAt: now }),
    expireAnswers(
      db,
      (merged[MIRROR_TABLES.indexOf('events')]?.changed ?? []).map(({ row }) => row),
    ),
  ])
  return {
    asOf: asOf + 1,
    applied: merged.reduce((sum, { changed }) => sum + changed.length, 0),
    stale: merged.reduce((sum, { stale }) => sum + stale, 0),
  }
}

/**
 * Merges what has come for one table: only what is newer, and has changed, is written. Part by part, each read, judged
 * and written in tasks of its own: a slow phone must not be held up by what one reply brings.
 */
async function putTable(db: Tables, replies: readonly Reply[], name: MirrorTable, age: Promise<number>) {
  const table = db[name] as unknown as Table<AnyKept, Key>
  const incoming = replies.flatMap((reply) =>
    (reply.rows[name] as unknown as readonly AnyRow[]).map((row) => ({ row, reply })),
  )
  const parts = partsOf(incoming).map((some) => ({
    some,
    reading: readMany(
      table,
      some.map(({ row }) => FACTS[name](row).key),
    ),
  }))
  for (const { reading } of parts) reading.catch(() => {}) // whoever waits for it hears of it
  const last = await age
  const asOf = last + 1
  // By key, so that a row that comes twice meets its twin, not the disk.
  const latest = new Map<string, AnyKept>()
  const changed = new Map<string, AnyKept>()
  const changedBy = new Map<string, Reply>()
  let stale = 0
  let before: Promise<unknown> | undefined
  for (const { some, reading } of parts) {
    for (const kept of await reading) {
      const id = String(FACTS[name](kept.row).key)
      if (!latest.has(id)) latest.set(id, kept) // an earlier part may have replaced what was read
    }
    const writes = new Map<string, AnyKept>()
    for (const { row, reply } of some) {
      const { key, found } = FACTS[name](row)
      const [id, moment] = [String(key), changedAt(row)]
      const current = latest.get(id)
      const asked = changedBy.get(id) === reply ? asOf : (reply.asked ?? last)
      if (!replaces({ moment, asked }, current)) stale += 1
      else if (current?.moment !== moment || current.isGone || !isSame(current.row, row)) {
        const kept = { ...found, row, moment, asOf }
        for (const map of [latest, changed, writes]) map.set(id, kept)
        changedBy.set(id, reply)
      }
    }
    if (writes.size === 0) continue
    const putting = table.bulkPut([...writes.values()])
    putting.catch(() => {}) // whoever waits for it hears of it
    await before // one call is under way, and the next stands in line
    before = putting
  }
  await before
  return { changed: [...changed.values()], stale }
}

const partsOf = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, at) =>
    all.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  )

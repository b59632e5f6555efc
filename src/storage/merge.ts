import { copyOf, has, openBundle, type RawBundle, readBundle } from '../model/bundle.ts'
import { MIRROR_TABLES, type MirrorTable } from '../model/entities.ts'
import type { UserId } from '../model/ids.ts'
import { invalid } from '../model/input.ts'
import type { OutboxRow } from '../model/outbox-entry.ts'
import type { MergeReport } from '../model/reports.ts'
import type { ClockPort } from '../ports.ts'
import type { RsvpDatabase, Tables } from './database.ts'
import type { Live } from './live.ts'
import { putRows, type Rows, readAsOf } from './mirror.ts'
import { lookAgain, readRows } from './outbox-rows.ts'

/** What several merges did, as one. */
export const totalOf = (reports: readonly MergeReport[]): MergeReport => ({
  applied: reports.reduce((sum, { applied }) => sum + applied, 0),
  stale: reports.reduce((sum, { stale }) => sum + stale, 0),
  quarantined: reports.flatMap(({ quarantined }) => quarantined),
})

/** Rows a transaction: below the 50 at which Dexie re-runs every query on the table. */
const SLICE = 40

export type Merge = ReturnType<typeof createMerge>

/** Brings replies of any size into the mirror, in small transactions between which the app gets the thread. */
export function createMerge(db: RsvpDatabase, live: Live, clock: ClockPort, userId: UserId) {
  /** Reads `asOf` for a request that is about to be asked. */
  const asOf = () => live.read([db.meta], readAsOf)

  async function mergeRaw(raw: RawBundle, asked?: number): Promise<MergeReport> {
    const reports: MergeReport[] = []
    for (const slice of slices(raw, userId)) {
      if (reports.length > 0) await clock.pause()
      // What comes unasked are the app's own objects, which may be proxies or change later: only copies are kept.
      const { rows, quarantined } = readBundle(slice, asked === undefined)
      const merged = await live.write(db.tables, async (tables) => {
        const free = await withoutHeld(tables, rows)
        const { applied, stale } = await putRows(tables, [{ rows: free, asked }], clock.now())
        await lookAgain(tables, userId, clock.now())
        return { applied, stale: stale + rows.events.length - free.events.length }
      })
      reports.push({ ...merged, quarantined })
    }
    return totalOf(reports)
  }

  /**
   * While an answer of mine may or may not be counted already, a reply that does not say which one the server
   * has would count it twice or not at all: its event row waits for the reply that does.
   */
  async function withoutHeld(tables: Tables, rows: Rows): Promise<Rows> {
    const isMine = ({ eventId }: OutboxRow) =>
      rows.responses.some((row) => row.eventId === eventId && row.userId === userId)
    const held = new Set(
      (await readRows(tables))
        .filter((row) => (row.unheard || row.lease) && !isMine(row))
        .map(({ eventId }) => eventId),
    )
    return { ...rows, events: rows.events.filter(({ eventId }) => !held.has(eventId)) }
  }

  /** Merges what the app brings: any reply of the API, or a live message. */
  async function merge(bundle: unknown): Promise<MergeReport> {
    const raw = openBundle(bundle)
    if (!raw || !copyOf(MIRROR_TABLES.map((table) => raw[table][0])))
      throw invalid('bundle', 'a reply or a live message')
    return mergeRaw(raw)
  }

  return { asOf, merge, mergeRaw }
}

/** A bundle in slices. My answer and its event belong together: it goes where its event goes. */
function* slices(raw: RawBundle, userId: UserId): Generator<RawBundle> {
  const eventIds = new Set(raw.events.map(idOf))
  const isPaired = (row: unknown) => has(row, 'userId', userId) && eventIds.has(idOf(row))
  const paired = raw.responses.filter(isPaired)
  const alone = { ...raw, responses: raw.responses.filter((row) => !isPaired(row)) }
  const queue = ORDER.flatMap((table) => alone[table].map((row) => ({ table, row })))
  let from = 0
  do {
    const slice: Record<MirrorTable, unknown[]> = { files: [], users: [], events: [], responses: [] }
    for (const { table, row } of queue.slice(from, from + SLICE)) slice[table].push(row)
    const ids = new Set(slice.events.map(idOf))
    slice.responses.push(...paired.filter((row) => ids.has(idOf(row))))
    yield slice
    from += SLICE
  } while (from < queue.length)
}

/** What others point at comes first: no view shows an event without its host for a moment. */
const ORDER = ['files', 'users', 'events', 'responses'] as const

const idOf = (row: unknown) => (row as { eventId?: unknown } | null)?.eventId

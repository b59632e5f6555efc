import { copyOf, openBundle, type RawBundle, readBundle } from '../model/bundle.ts'
import { MIRROR_TABLES } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { invalid } from '../model/input.ts'
import type { OutboxRow } from '../model/outbox-entry.ts'
import type { Merged, MergeReport } from '../model/reports.ts'
import type { ClockPort } from '../ports.ts'
import type { RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'
import { putRows, type Rows, readAsOf } from './mirror.ts'
import { lookAgain, readRows } from './outbox-rows.ts'
import { partsOf, slicesOf } from './slices.ts'

/** What several merges did, as one. */
export const totalOf = (reports: readonly MergeReport[]): MergeReport => ({
  applied: reports.reduce((sum, { applied }) => sum + applied, 0),
  stale: reports.reduce((sum, { stale }) => sum + stale, 0),
  quarantined: reports.flatMap(({ quarantined }) => quarantined),
})

/** Rows a transaction: a tap waits for two such at most. */
const SLICE = 400
/** Rows for which the thread is kept. */
const PART = 50

const NO_ROWS: Rows = { events: [], responses: [], users: [], files: [] }

export type Merge = ReturnType<typeof createMerge>

/** Brings replies of any size into the mirror, in small transactions between which the app gets the thread. */
export function createMerge(db: RsvpDatabase, live: Live, clock: ClockPort, userId: UserId) {
  let reading: Promise<number> | undefined
  /** Reads `asOf` for requests that are about to be asked: one reading for all of a moment, for no merge passes it. */
  const asOf = () => {
    reading ??= live.read([db.meta], readAsOf).finally(() => {
      reading = undefined
    })
    return reading
  }

  async function mergeRaw(raw: RawBundle, asked?: number): Promise<MergeReport> {
    const reports: MergeReport[] = []
    let before: Promise<unknown> | undefined
    for (const slice of slicesOf(raw, SLICE, userId)) {
      // What comes unasked are the app's own objects, which may be proxies or change later: only copies are kept.
      const { rows, quarantined } = await readSlice(slice, asked === undefined)
      const writing = write(rows, asked).then((merged) => reports.push({ ...merged, quarantined }))
      writing.catch(() => {}) // whoever waits for it hears of it
      await before // one is being written, and the next stands in line: the device never waits for us
      before = writing
    }
    await before
    return totalOf(reports)
  }

  /** Reads a few rows at a time, between which the app gets the thread. */
  async function readSlice(slice: RawBundle, copy: boolean) {
    const parts: ReturnType<typeof readBundle>[] = []
    for (const part of partsOf(slice, PART)) {
      if (parts.length > 0) await clock.pause()
      parts.push(readBundle(part, copy))
    }
    return {
      rows: {
        files: parts.flatMap(({ rows }) => rows.files),
        users: parts.flatMap(({ rows }) => rows.users),
        events: parts.flatMap(({ rows }) => rows.events),
        responses: parts.flatMap(({ rows }) => rows.responses),
      },
      quarantined: parts.flatMap(({ quarantined }) => quarantined),
    }
  }

  const write = (rows: Rows, asked?: number): Promise<Merged> =>
    live.write(db.tables, async (tables) => {
      const mine = await readRows(tables)
      const free = withoutHeld(mine, rows)
      const { applied, stale } = await putRows(tables, [{ rows: free, asked }], clock.now())
      await lookAgain(tables, mine, userId, clock.now())
      return { applied, stale: stale + rows.events.length - free.events.length }
    })

  /**
   * While an answer of mine may or may not be counted already, a reply that does not say which one the server
   * has would count it twice or not at all: its event row waits for the reply that does.
   */
  function withoutHeld(mine: readonly OutboxRow[], rows: Rows): Rows {
    const isSaid = ({ eventId }: OutboxRow) =>
      rows.responses.some((row) => row.eventId === eventId && row.userId === userId)
    const isHeld = (row: OutboxRow) => (row.unheard || row.lease) && !isSaid(row)
    const held = new Set(mine.filter(isHeld).map(({ eventId }) => eventId))
    return { ...rows, events: rows.events.filter(({ eventId }) => !held.has(eventId)) }
  }

  /** Merges what the app brings: any reply of the API, or a live message. */
  async function merge(bundle: unknown): Promise<MergeReport> {
    const raw = openBundle(bundle)
    if (!raw || !copyOf(MIRROR_TABLES.map((table) => raw[table][0])))
      throw invalid('bundle', 'a reply or a live message')
    return mergeRaw(raw)
  }

  /** The server knows no such event, or shows it to this user no more: nor does a list, and no answer waits for it. */
  const gone = (eventId: EventId, asked: number): Promise<unknown> =>
    live.write(db.tables, async (tables) => {
      const kept = await tables.events.get(eventId)
      if (!kept || kept.row.isDeleted) return
      const events = [{ ...kept.row, isDeleted: true }]
      await putRows(tables, [{ rows: { ...NO_ROWS, events }, asked }], clock.now())
    })

  return { asOf, merge, mergeRaw, gone }
}

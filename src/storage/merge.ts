import { copyOf, openBundle, type RawBundle, readBundle } from '../model/bundle.ts'
import { MIRROR_TABLES } from '../model/entities.ts'
import { openMessage } from '../model/feed.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { invalid } from '../model/input.ts'
import type { OutboxRow } from '../model/outbox-entry.ts'
import type { Merged, MergeReport } from '../model/reports.ts'
import type { ClockPort } from '../ports.ts'
import type { RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'
import { liveAge, markGone, putRows, type Rows, readAsOf } from './mirror.ts'
import { lookAgain, readRows } from './outbox-rows.ts'
import { partsOf, sizeOf, slicesOf } from './slices.ts'

const sumOf = (all: readonly Merged[]): Merged => ({
  applied: all.reduce((sum, { applied }) => sum + applied, 0),
  stale: all.reduce((sum, { stale }) => sum + stale, 0),
})

/** What several merges did, as one. */
export const totalOf = (reports: readonly MergeReport[]): MergeReport => ({
  ...sumOf(reports),
  quarantined: reports.flatMap(({ quarantined }) => quarantined),
})

/** Rows a transaction: a tap waits for two such at most. */
const SLICE = 400
/** Rows for which the thread is kept. */
const PART = 50

/** Comes unasked, and may have been on its way for long. */
const LIVE = 'live'

interface Reply {
  readonly rows: Rows
  readonly asked: number | typeof LIVE | undefined
}

export type Merge = ReturnType<typeof createMerge>

/** Brings replies of any size into the mirror, in small transactions between which the app gets the thread. */
export function createMerge(
  db: RsvpDatabase,
  live: Live,
  clock: ClockPort,
  userId: UserId,
  /** Hears of each merge, the so-manieth of this database. */
  told: (count: number) => void = () => {},
) {
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
      const writing = write([{ rows, asked }]).then((merged) => reports.push({ ...merged, quarantined }))
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

  async function write(replies: readonly Reply[]): Promise<Merged> {
    let count = 0
    const merged = await live.write(db.tables, async (tables) => {
      const mine = await readRows(tables)
      const merged: Merged[] = []
      for (const { rows, asked } of replies) {
        const free = withoutHeld(mine, rows)
        const { applied, stale, asOf } = await putRows(
          tables,
          [{ rows: free, asked: asked === LIVE ? await liveAge(tables, rows, userId) : asked }],
          clock.now(),
        )
        count = asOf
        merged.push({ applied, stale: stale + rows.events.length - free.events.length })
      }
      await lookAgain(tables, mine, userId, clock.now())
      return sumOf(merged)
    })
    told(count)
    return merged
  }

  /** Merges live messages that came together, in one transaction; larger ones than a slice as any reply. */
  async function mergeLive(raws: readonly RawBundle[]): Promise<MergeReport> {
    const messages: Awaited<ReturnType<typeof readSlice>>[] = []
    const reports: MergeReport[] = []
    for (const raw of raws) {
      if (sizeOf(raw) > SLICE) reports.push(await mergeRaw(raw))
      else messages.push(await readSlice(raw, true))
    }
    if (messages.length === 0) return totalOf(reports)
    const merged = await write(messages.map(({ rows }) => ({ rows, asked: LIVE })))
    return totalOf([
      ...reports,
      { ...merged, quarantined: messages.flatMap(({ quarantined }) => quarantined) },
    ])
  }

  /**
   * While an answer of mine may or may not be counted already, a reply that does not say which one the server
   * has would count it twice or not at all: its event row waits for the reply that does.
   */
  function withoutHeld(mine: readonly OutboxRow[], rows: Rows): Rows {
    const isSaid = ({ eventId }: OutboxRow) =>
      rows.responses.some((row) => row.eventId === eventId && row.userId === userId)
    // One that failed is laid over nothing, and may stay for ever.
    const isHeld = (row: OutboxRow) => row.state !== 'failed' && (row.unheard || row.lease) && !isSaid(row)
    const held = new Set(mine.filter(isHeld).map(({ eventId }) => eventId))
    return { ...rows, events: rows.events.filter(({ eventId }) => !held.has(eventId)) }
  }

  /** Merges what the app brings: any reply of the API, or a live message. */
  async function merge(bundle: unknown): Promise<MergeReport> {
    const message = openMessage(bundle)
    const raw = message ?? openBundle(bundle)
    if (!raw || !copyOf(MIRROR_TABLES.map((table) => raw[table][0])))
      throw invalid('bundle', 'a reply or a live message')
    return message ? mergeLive([raw]) : mergeRaw(raw)
  }

  /** The server knows no such event, or shows it to this user no more. */
  const gone = (eventId: EventId, asked: number): Promise<void> =>
    live.write(db.tables, (tables) => markGone(tables, eventId, asked, clock.now()))

  return { asOf, merge, mergeRaw, mergeLive, gone }
}

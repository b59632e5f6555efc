import { openBundle, type QuarantinedRow, quarantine, type RawBundle, readRows } from '../model/bundle.ts'
import type { MirrorTable } from '../model/entities.ts'
import { RsvpStoreError } from '../model/errors.ts'
import type { UserId } from '../model/ids.ts'
import { isCloneable } from '../model/input.ts'
import type { ClockPort } from '../ports.ts'
import type { RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'
import { type Merged, NO_ROWS, putRows, type Rows, readAsOf, sum } from './mirror.ts'

/** What became of every row of a bundle. Rows that say nothing new are in none of the three. */
export interface MergeReport extends Merged {
  readonly quarantined: readonly QuarantinedRow[]
}

/** Rows a transaction: below the 50 at which Dexie re-runs every query on the table. */
const SLICE = 40

export type Merge = ReturnType<typeof createMerge>

/** Brings replies of any size into the mirror, in small transactions between which the app gets the thread. */
export function createMerge(db: RsvpDatabase, live: Live, clock: ClockPort, userId: UserId) {
  const tables = [db.events, db.responses, db.users, db.files, db.meta, db.outbox]

  /** Reads `asOf` for a request that is about to be asked. */
  const asOf = () => live.read([db.meta], () => readAsOf(db))

  async function mergeRaw(raw: RawBundle, asked: number | undefined): Promise<MergeReport> {
    const reports: MergeReport[] = []
    for (const slice of slices(raw, userId)) {
      if (reports.length > 0) await clock.pause()
      reports.push(await mergeSlice(slice, asked))
    }
    return { ...sum(reports), quarantined: reports.flatMap((report) => report.quarantined) }
  }

  async function mergeSlice(raw: RawBundle, asked: number | undefined): Promise<MergeReport> {
    const plain = asked === undefined ? copied(raw) : { raw, quarantined: [] }
    const { rows, quarantined } = readBundle(plain.raw)
    const merged = await live.write(tables, async () => {
      const { free, held } = await holdBack(rows)
      const { applied, stale } = await putRows(db, free, { asked, now: clock.now() })
      return { applied, stale: stale + held }
    })
    return { ...merged, quarantined: [...plain.quarantined, ...quarantined] }
  }

  /**
   * While an answer of mine may or may not be counted already, a reply that does not say which one the server
   * has would count it twice or not at all: its event row waits for the reply that does.
   */
  async function holdBack(rows: Rows): Promise<{ free: Rows; held: number }> {
    const said = new Set(rows.responses.filter((row) => row.userId === userId).map((row) => row.eventId))
    const open = new Set(
      (await db.outbox.toArray()).filter(({ lease, unheard }) => lease || unheard).map(({ eventId }) => eventId),
    )
    const events = rows.events.filter(({ eventId }) => said.has(eventId) || !open.has(eventId))
    return { free: { ...rows, events }, held: rows.events.length - events.length }
  }

  /** Merges what the app brings: any reply of the API, or a live message. */
  async function merge(bundle: unknown): Promise<MergeReport> {
    const raw = openBundle(bundle)
    const first = raw && [raw.events[0], raw.responses[0], raw.users[0], raw.files[0]]
    if (!raw || !isCloneable(first))
      throw new RsvpStoreError(
        'invalid-argument',
        'bundle: expected a reply of the API or a live message, as plain data',
        { argument: 'bundle' },
      )
    return mergeRaw(raw, undefined)
  }

  return { asOf, merge, mergeRaw }
}

export function readBundle(raw: RawBundle): { rows: Rows; quarantined: readonly QuarantinedRow[] } {
  const [events, responses] = [readRows('events', raw.events), readRows('responses', raw.responses)]
  const [users, files] = [readRows('users', raw.users), readRows('files', raw.files)]
  return {
    rows: { events: events.rows, responses: responses.rows, users: users.rows, files: files.rows },
    quarantined: [events, responses, users, files].flatMap((read) => read.quarantined),
  }
}

/** The app's own objects may be proxies, or change later: only copies are kept. */
function copied(raw: RawBundle): { raw: RawBundle; quarantined: QuarantinedRow[] } {
  const quarantined: QuarantinedRow[] = []
  const copy = (table: MirrorTable) =>
    raw[table].filter((row) => {
      if (isCloneable(row)) return true
      quarantined.push(quarantine(table, row, { path: [], code: 'custom', message: 'not plain data' }))
      return false
    })
  return {
    raw: structuredClone({
      events: copy('events'),
      responses: copy('responses'),
      users: copy('users'),
      files: copy('files'),
    }),
    quarantined,
  }
}

/** My answer and its event belong together, so they go in one slice; everything else just fills slices. */
function* slices(raw: RawBundle, userId: UserId): Generator<RawBundle> {
  const field = (item: unknown, name: string) => (item as Record<string, unknown> | null)?.[name]
  const mine = new Map<unknown, unknown>()
  const others: unknown[] = []
  const eventIds = new Set(raw.events.map((event) => field(event, 'eventId')))
  for (const response of raw.responses) {
    const id = field(response, 'eventId')
    if (field(response, 'userId') === userId && eventIds.has(id) && !mine.has(id)) mine.set(id, response)
    else others.push(response)
  }
  const total = raw.events.length + raw.responses.length + raw.users.length + raw.files.length
  if (total <= SLICE) return yield raw
  for (const files of chunks(raw.files)) yield { ...NO_ROWS, files }
  for (const users of chunks(raw.users)) yield { ...NO_ROWS, users }
  for (const events of chunks(raw.events)) {
    const responses = events.map((event) => mine.get(field(event, 'eventId'))).filter((row) => row !== undefined)
    yield { ...NO_ROWS, events, responses }
  }
  for (const responses of chunks(others)) yield { ...NO_ROWS, responses }
}

function* chunks<T>(items: readonly T[]): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += SLICE) yield items.slice(from, from + SLICE)
}

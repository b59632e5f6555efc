import { MIRROR_TABLES, type MirrorRows, type MirrorTable, type ResponseRow } from './entities.ts'
import { MAX_ID_LENGTH } from './ids.ts'
import { ERROR_ENVELOPE, type Fields, type Flaw, flawIn, PAGING, ROW_SCHEMAS } from './schemas.ts'

/** A row that could not be read: set aside, so that the others merge. */
export interface QuarantinedRow {
  readonly table: MirrorTable
  /** Where in the row, dotted; empty for the row itself. */
  readonly path: string
  readonly reason: string
  /** The row's own id, where it had a readable one. */
  readonly id?: string
}

/** The lists of one reply, before their rows are read. */
export type RawBundle = { readonly [Table in MirrorTable]: readonly unknown[] }

export type ReadRows<Table extends MirrorTable> = {
  readonly rows: readonly MirrorRows[Table][]
  readonly quarantined: readonly QuarantinedRow[]
}

export interface Paging {
  /** The token of the next page, opaque. */
  readonly next?: string | undefined
}

export interface ErrorEnvelope {
  readonly code?: number | undefined
  readonly message?: string | undefined
}

type Json = Record<string, unknown>

/** Whatever came, as something that can be asked for its fields. */
const fieldsOf = (value: unknown): Json => Object(value)

/** Reads one field of a row that nobody has checked yet. */
export const has = (row: unknown, name: string, value: unknown): boolean => fieldsOf(row)[name] === value

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/**
 * Finds the lists in any reply of the API or in a live message (`{ eventType, data }`); `undefined` when it is
 * neither. Older servers call the answers `eventRsvps`.
 */
export function openBundle(json: unknown): RawBundle | undefined {
  const { eventType, data = json } = fieldsOf(json)
  const body = fieldsOf(typeof eventType === 'string' ? data : json)
  const { events, eventRsvps, eventResponses: responses = eventRsvps, users, files } = body
  if (![events, responses, users, files].some(Array.isArray)) return undefined
  return { events: listOf(events), responses: listOf(responses), users: listOf(users), files: listOf(files) }
}

/** The ids of the events that a reply has rows of. */
export const eventIdsIn = ({ events }: RawBundle): string[] =>
  events.map((row) => fieldsOf(row).eventId).filter((eventId) => typeof eventId === 'string')

/** The answer of this user to this event; `undefined` when there is none that can be read. */
export function answerIn({ responses }: RawBundle, eventId: string, userId: string): ResponseRow | undefined {
  const mine = responses.filter((row) => has(row, 'eventId', eventId) && has(row, 'userId', userId))
  return readRows('responses', mine).rows[0]
}

/** A copy that nobody else can change; `undefined` for proxies, functions and whatever else IndexedDB refuses. */
export function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return undefined
  }
}

/** Reads rows one by one: what cannot be read is quarantined. `copy` takes nothing over that the app could still change. */
export function readRows<Table extends MirrorTable>(
  table: Table,
  raw: readonly unknown[],
  copy?: boolean,
): ReadRows<Table> {
  const rows: MirrorRows[Table][] = []
  const quarantined: QuarantinedRow[] = []
  // All at once costs a fraction; where one of them cannot be copied, each by itself.
  const copies = copy ? (copyOf(raw) as typeof raw | undefined) : raw
  for (const [index, item] of raw.entries()) {
    const row = copies ? copies[index] : copyOf(item)
    const flaw = flawIn(ROW_SCHEMAS[table], row)
    if (flaw) quarantined.push(quarantine(table, item, flaw))
    else {
      Reflect.deleteProperty(row as object, '__proto__') // harmless here, but not to whoever copies the row
      rows.push(row as MirrorRows[Table])
    }
  }
  return { rows, quarantined }
}

/** Reads every list of a reply. */
export function readBundle(raw: RawBundle, copy?: boolean) {
  const read = MIRROR_TABLES.map((table) => readRows(table, raw[table], copy))
  const rows = Object.fromEntries(MIRROR_TABLES.map((table, index) => [table, read[index]?.rows]))
  return {
    rows: rows as unknown as { readonly [Table in MirrorTable]: readonly MirrorRows[Table][] },
    quarantined: read.flatMap(({ quarantined }) => quarantined),
  }
}

function quarantine(table: MirrorTable, item: unknown, flaw: Flaw): QuarantinedRow {
  const { eventId, userId, fileId } = fieldsOf(item)
  const id = eventId ?? userId ?? fileId
  return { table, ...flaw, ...(typeof id === 'string' && { id: id.slice(0, MAX_ID_LENGTH) }) }
}

/** Nothing when it cannot be read. */
const readable = (fields: Fields, json: unknown) => (flawIn(fields, json) ? {} : fieldsOf(json))

/** What the reply says of further pages. */
export const readPaging = (json: unknown): Paging => readable(PAGING, fieldsOf(json).paging)

/** What the API says is wrong. */
export const readErrorEnvelope = (json: unknown): ErrorEnvelope => readable(ERROR_ENVELOPE, json)

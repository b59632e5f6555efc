import { MIRROR_TABLES, type MirrorRows, type MirrorTable, type ResponseRow } from './entities.ts'
import { MAX_ID_LENGTH } from './ids.ts'
import { isCloneable } from './input.ts'
import { ErrorEnvelopeSchema, PagingSchema, ROW_SCHEMAS } from './schemas.ts'

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

/** Opaque page tokens, as the API gives them. */
export interface Paging {
  readonly next?: string
  readonly previous?: string
}

type Json = Record<string, unknown>

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/**
 * Finds the lists in any reply of the API or in a live message (`{ eventType, data }`); `undefined` when it is
 * neither. Older servers call the answers `eventRsvps`.
 */
export function openBundle(json: unknown): RawBundle | undefined {
  if (!isObject(json)) return undefined
  const body = typeof json.eventType === 'string' && isObject(json.data) ? json.data : json
  const { events, users, files } = body
  const responses = body.eventResponses ?? body.eventRsvps
  if (![events, responses, users, files].some(Array.isArray)) return undefined
  return { events: listOf(events), responses: listOf(responses), users: listOf(users), files: listOf(files) }
}

/** Reads one field of a row that nobody has checked yet. */
export const has = (row: unknown, name: string, value: unknown): boolean =>
  isObject(row) && row[name] === value

/** The answer of this user to this event; `undefined` when there is none that can be read. */
export function answerIn({ responses }: RawBundle, eventId: string, userId: string): ResponseRow | undefined {
  const mine = responses.filter((row) => has(row, 'eventId', eventId) && has(row, 'userId', userId))
  return readRows('responses', mine).rows[0]
}

/** Reads rows one by one: what cannot be read is quarantined with its path and reason. */
export function readRows<Table extends MirrorTable>(
  table: Table,
  raw: readonly unknown[],
  copy = false,
): ReadRows<Table> {
  const rows: MirrorRows[Table][] = []
  const quarantined: QuarantinedRow[] = []
  for (const item of raw) {
    if (copy && !isCloneable(item))
      quarantined.push(quarantine(table, item, { path: [], message: 'not plain data' }))
    else {
      const read = ROW_SCHEMAS[table].safeParse(copy ? structuredClone(item) : item)
      if (read.success) rows.push(read.data as unknown as MirrorRows[Table])
      else quarantined.push(quarantine(table, item, toIssue(read.error.issues[0])))
    }
  }
  return { rows, quarantined }
}

/** Reads every list of a reply; `copy` takes nothing over that the app could still change. */
export function readBundle(raw: RawBundle, copy?: boolean) {
  const read = MIRROR_TABLES.map((table) => readRows(table, raw[table], copy))
  const rows = Object.fromEntries(MIRROR_TABLES.map((table, index) => [table, read[index]?.rows]))
  return {
    rows: rows as unknown as { readonly [Table in MirrorTable]: readonly MirrorRows[Table][] },
    quarantined: read.flatMap(({ quarantined }) => quarantined),
  }
}

interface Issue {
  readonly path: readonly PropertyKey[]
  readonly message: string
}

/** Zod's small build has no words of its own: its code says what is wrong. */
const toIssue = (issue?: Issue & { readonly code?: string }): Issue => ({
  path: issue?.path ?? [],
  message: issue && issue.message !== 'Invalid input' ? issue.message : (issue?.code ?? 'unreadable'),
})

function quarantine(table: MirrorTable, item: unknown, issue: Issue): QuarantinedRow {
  const { eventId, userId, fileId } = isObject(item) ? item : {}
  const id = eventId ?? userId ?? fileId
  return {
    table,
    path: issue.path.join('.'),
    reason: issue.message,
    ...(typeof id === 'string' && { id: id.slice(0, MAX_ID_LENGTH) }),
  }
}

export function readPaging(json: unknown): Paging {
  const read = PagingSchema.safeParse(isObject(json) ? json.paging : undefined)
  return read.success ? (read.data as Paging) : {}
}

export function readErrorEnvelope(json: unknown): { readonly code?: number; readonly message?: string } {
  const read = ErrorEnvelopeSchema.safeParse(json)
  return read.success ? (read.data as { code?: number; message?: string }) : {}
}

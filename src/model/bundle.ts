import * as z from 'zod/mini'
import { type MirrorRows, type MirrorTable, ROW_SCHEMAS } from './entities.ts'

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

const PagingSchema = z.looseObject({ next: z.optional(z.string()), previous: z.optional(z.string()) })

/** What the API sends with an error status; every part may be missing. */
const ErrorEnvelopeSchema = z.looseObject({
  status: z.optional(z.string()),
  code: z.optional(z.number()),
  message: z.optional(z.string()),
  data: z.optional(z.unknown()),
})

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

/** Reads rows one by one: what cannot be read is quarantined with its path and reason. */
export function readRows<Table extends MirrorTable>(table: Table, raw: readonly unknown[]): ReadRows<Table> {
  const rows: MirrorRows[Table][] = []
  const quarantined: QuarantinedRow[] = []
  for (const item of raw) {
    const read = ROW_SCHEMAS[table].safeParse(item)
    if (read.success) rows.push(read.data as unknown as MirrorRows[Table])
    else quarantined.push(quarantine(table, item, read.error.issues[0]))
  }
  return { rows, quarantined }
}

export function quarantine(
  table: MirrorTable,
  item: unknown,
  issue?: Pick<z.core.$ZodIssue, 'path' | 'message' | 'code'>,
): QuarantinedRow {
  const id = isObject(item) ? (item.eventId ?? item.userId ?? item.fileId) : undefined
  return {
    table,
    path: issue?.path.map(String).join('.') ?? '',
    reason: issue?.message && issue.message !== 'Invalid input' ? issue.message : (issue?.code ?? 'unreadable'),
    ...(typeof id === 'string' && { id: id.slice(0, 64) }),
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

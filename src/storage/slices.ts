import { has, type RawBundle } from '../model/bundle.ts'
import type { MirrorTable } from '../model/entities.ts'
import type { UserId } from '../model/ids.ts'

/** What others point at comes first: no view shows an event without its host for a moment. */
const ORDER = ['files', 'users', 'events', 'responses'] as const

const KEYS: { readonly [T in MirrorTable]: readonly string[] } = {
  files: ['fileId'],
  users: ['userId'],
  events: ['eventId'],
  responses: ['eventId', 'userId'],
}

const NOTHING: RawBundle = { files: [], users: [], events: [], responses: [] }

type Arrange = (table: MirrorTable, rows: readonly unknown[]) => readonly unknown[]
const asTheyCame: Arrange = (_, rows) => rows

/** Rows of a bundle. */
export const sizeOf = (raw: RawBundle): number => ORDER.reduce((sum, table) => sum + raw[table].length, 0)

/** A bundle in parts of at most so many rows: whole, or table by table, each arranged only when its turn comes. */
export function* partsOf(raw: RawBundle, size: number, arrange = asTheyCame): Generator<RawBundle> {
  if (sizeOf(raw) <= size) return yield raw
  for (const table of ORDER) {
    const rows = arrange(table, raw[table])
    for (let from = 0; from < rows.length; from += size)
      yield { ...NOTHING, [table]: rows.slice(from, from + size) }
  }
}

/** A bundle in slices of about so many rows. My answer and its event belong together: it goes where its event goes. */
export function* slicesOf(raw: RawBundle, size: number, userId: UserId): Generator<RawBundle> {
  const isMine = (row: unknown) => has(row, 'userId', userId)
  const mine = new Map<unknown, unknown[]>()
  for (const row of raw.responses.filter(isMine)) {
    const same = mine.get(eventIdOf(row))
    if (same) same.push(row)
    else mine.set(eventIdOf(row), [row])
  }
  const arrange: Arrange = (table, rows) => {
    const left = table === 'responses' ? rows.filter((row) => !isMine(row) || mine.has(eventIdOf(row))) : rows
    return inOrder(table, left, size)
  }
  for (const slice of partsOf(raw, size, arrange)) {
    if (slice === raw) return yield slice
    const answers = slice.events.flatMap((row) => mine.get(eventIdOf(row)) ?? [])
    for (const row of slice.events) mine.delete(eventIdOf(row))
    yield { ...slice, responses: [...slice.responses, ...answers] }
  }
}

/** By key, where it takes several slices: then what is stored of a slice's rows lies side by side. */
function inOrder(table: MirrorTable, rows: readonly unknown[], size: number): readonly unknown[] {
  if (rows.length <= size) return rows
  const textOf = (field: unknown) => (typeof field === 'string' ? field : '')
  return rows
    .map((row) => ({ row, key: KEYS[table].map((name) => textOf(fieldOf(row, name))).join() }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row)
}

const fieldOf = (row: unknown, name: string): unknown => Object(row)[name]
const eventIdOf = (row: unknown) => fieldOf(row, 'eventId')

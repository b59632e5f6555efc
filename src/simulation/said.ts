import { MIRROR_TABLES, type MirrorTable } from '../model/entities.ts'

/** The rows of one reply. */
export type SaidRows = { readonly [T in MirrorTable]: readonly Record<string, unknown>[] }

/** The same text for the same row, whatever the order of its keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}

export type Said = ReturnType<typeof createSaid>

/** Every row that the server ever put into a reply, heard or not. */
export function createSaid() {
  const rows = new Set<string>()

  /** Reads a reply; `undefined` when it is not one of the API's with rows. */
  function read(text: string): SaidRows | undefined {
    const json = parse(text)
    if (!json) return undefined
    const list = (name: string) =>
      Array.isArray(json[name]) ? (json[name] as Record<string, unknown>[]) : []
    const said: SaidRows = {
      events: list('events'),
      responses: list('eventResponses'),
      users: list('users'),
      files: list('files'),
    }
    for (const table of MIRROR_TABLES) for (const row of said[table]) rows.add(`${table} ${canonical(row)}`)
    return said
  }

  return { read, has: (table: string, row: unknown) => rows.has(`${table} ${canonical(row)}`) }
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const json = JSON.parse(text)
    return json && typeof json === 'object' ? json : undefined
  } catch {
    return undefined
  }
}

import type { MirrorTable } from '../model/entities.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'

/** A row of the mirror, as it is stored. */
export interface Stored {
  readonly row: Readonly<Record<string, unknown>>
  readonly moment: number
  readonly asOf: number
}

/** One row that a transaction wrote, or took out. */
export interface Change {
  readonly table: string
  readonly key: string
  /** `undefined`: taken out. */
  readonly value: unknown
}

/** One transaction that completed, seen past the store. */
export interface Commit {
  readonly number: number
  /** Whose database. */
  readonly user: string
  /** Which tab wrote. */
  readonly tab: number
  readonly changes: readonly Change[]
  /** How many tables its transaction was opened for. */
  readonly scope: number
  /** The whole database was deleted. */
  readonly isDrop: boolean
  readonly before: (table: string, key: string) => unknown
}

/** What one user's database holds, transaction by transaction. */
export interface Disk {
  rows<T>(table: string): ReadonlyMap<string, T>
  readonly outbox: ReadonlyMap<string, OutboxEntry>
  mirror(table: MirrorTable): ReadonlyMap<string, Stored>
  /** Until when the whole user waits. */
  readonly pause: { readonly until: number } | undefined
}

export type Ledger = ReturnType<typeof createLedger>

/** Keeps book of every database of the world, from the transactions that completed; the store is not asked. */
export function createLedger(heard: (commit: Commit) => void) {
  const tablesByUser = new Map<string, Map<string, Map<string, unknown>>>()
  const dropsByUser = new Map<string, number>()
  let commits = 0

  function tableOf(user: string, table: string): Map<string, unknown> {
    const tables = tablesByUser.get(user) ?? new Map<string, Map<string, unknown>>()
    tablesByUser.set(user, tables)
    const rows = tables.get(table) ?? new Map<string, unknown>()
    tables.set(table, rows)
    return rows
  }

  function commit(
    user: string,
    tab: number,
    changes: readonly Change[],
    scope: number,
    isDrop = false,
  ): void {
    if (changes.length === 0) return
    commits += 1
    const old = new Map<string, unknown>()
    for (const { table, key, value } of changes) {
      const rows = tableOf(user, table)
      if (!old.has(`${table} ${key}`)) old.set(`${table} ${key}`, rows.get(key))
      if (value === undefined) rows.delete(key)
      else rows.set(key, value)
    }
    const before = (table: string, key: string) =>
      old.has(`${table} ${key}`) ? old.get(`${table} ${key}`) : tableOf(user, table).get(key)
    heard({ number: commits, user, tab, changes, scope, isDrop, before })
  }

  /** The whole database went. */
  function drop(user: string, tab: number): void {
    dropsByUser.set(user, drops(user) + 1)
    const all = [...(tablesByUser.get(user) ?? new Map())].flatMap(([table, rows]) =>
      [...rows.keys()].map((key: string) => ({ table, key, value: undefined })),
    )
    commit(user, tab, all, 0, true)
  }

  /** Tells a database from the one of the same name before it. */
  const drops = (user: string): number => dropsByUser.get(user) ?? 0

  function disk(user: string): Disk {
    const rows = <T>(table: string) => tableOf(user, table) as unknown as ReadonlyMap<string, T>
    return {
      rows,
      get outbox() {
        return rows<OutboxEntry>('outbox')
      },
      mirror: (table) => rows(table),
      get pause() {
        return rows<{ readonly until: number }>('meta').get('pause')
      },
    }
  }

  return { commit, drop, drops, disk, commits: () => commits }
}

/** The key of a row, as one text. */
export function keyOf(table: string, value: unknown): string {
  const row = value as Record<string, string> & { readonly row?: Record<string, string> }
  switch (table) {
    case 'outbox':
    case 'watched':
      return row.eventId as string
    case 'events':
      return row.row?.eventId as string
    case 'responses':
      return `${row.row?.eventId},${row.row?.userId}`
    case 'users':
      return row.row?.userId as string
    case 'files':
      return row.row?.fileId as string
    default:
      return String(row.key)
  }
}

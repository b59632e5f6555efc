import type { Table } from 'dexie'
import type { Inspection } from '../model/prune.ts'
import type { RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'

/** Rows of a table that are looked at, to tell the size of all. */
const SAMPLE = 100

/** Counts what is on this device, and estimates its size. */
export function inspect(db: RsvpDatabase, live: Live): Promise<Inspection> {
  const { events, responses, users, files, outbox } = db
  return live.read([events, responses, users, files, outbox], async (tx) => {
    const names = ['events', 'responses', 'users', 'files', 'outbox'] as const
    const [measured, [first], [last]] = await Promise.all([
      Promise.all(names.map((name) => measure(tx[name] as Table))),
      tx.events.orderBy('startMs').limit(1).keys(),
      tx.events.orderBy('startMs').reverse().limit(1).keys(),
    ])
    const rows = Object.fromEntries(names.map((name, index) => [name, measured[index]?.count ?? 0]))
    return {
      rows: rows as unknown as Inspection['rows'],
      bytes: Math.round(measured.reduce((total, { bytes }) => total + bytes, 0)),
      ...(first !== undefined && { oldest: Number(first), newest: Number(last) }),
    }
  })
}

async function measure(table: Table): Promise<{ readonly count: number; readonly bytes: number }> {
  const [count, some] = await Promise.all([table.count(), table.limit(SAMPLE).toArray()])
  const bytes = new TextEncoder().encode(JSON.stringify(some)).length
  return { count, bytes: some.length > 0 ? (bytes / some.length) * count : 0 }
}

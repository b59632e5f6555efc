import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { type KeptEvent, RsvpDatabase } from '../src/storage/database.ts'
import { readMany } from '../src/storage/read-many.ts'
import { platform } from './platform.ts'
import { WatchedFactory } from './watched-idb.ts'

const idOf = (at: number) => `event-${String(at).padStart(3, '0')}`
const idsOf = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => idOf(from + at))
const kept = (eventId: string): KeptEvent => ({ row: { eventId } as KeptEvent['row'], moment: 0, asOf: 1 })

let indexedDB: WatchedFactory
let db: RsvpDatabase
beforeEach(async () => {
  indexedDB = new WatchedFactory()
  db = new RsvpDatabase('many', { indexedDB, IDBKeyRange: platform.IDBKeyRange })
  onTestFinished(() => db.close())
  await db.events.bulkPut(idsOf(0, 300).map(kept))
})

/** What is found, and in how many requests: for a stretch, and for single rows. */
async function read(ids: readonly string[]) {
  const before = indexedDB.transactions.length
  const found = (await readMany(db.events, ids)).map(({ row }) => row.eventId).sort()
  const asked = indexedDB.transactions.slice(before)
  return {
    found,
    stretches: asked.reduce((sum, { stretches }) => sum + stretches, 0),
    rows: asked.reduce((sum, { rows }) => sum + rows.length, 0),
  }
}

test('a few are asked for one by one', async () => {
  expect(await read(idsOf(10, 42))).toEqual({ found: idsOf(10, 42), stretches: 0, rows: 32 })
})

test('many that lie side by side come in one request, in whatever order they are asked for', async () => {
  const whole = { found: idsOf(10, 75), stretches: 1, rows: 0 }
  expect(await read(idsOf(10, 75))).toEqual(whole)
  expect(await read(idsOf(10, 75).reverse())).toEqual(whole)
  const [first, ...rest] = idsOf(10, 75)
  expect(await read([...rest.slice(30), ...rest.slice(0, 30), first as string])).toEqual(whole)
})

test('what lies between them comes too, while it is less than they are', async () => {
  const others = idsOf(0, 140).filter((_, at) => at % 2 === 0)
  expect(await read(others)).toEqual({ found: idsOf(0, 139), stretches: 1, rows: 0 })
})

test('many that lie far apart are asked for one by one, and nothing else comes', async () => {
  const ids = [...idsOf(0, 65), idOf(299)]
  expect(await read(ids)).toEqual({ found: ids, stretches: 1, rows: 66 })
})

test('where as much lies between them as may, they are not cut off', async () => {
  const ids = [...idsOf(0, 65), idOf(131)] // the 132nd row: as many as are read at most
  expect((await read(ids)).found).toEqual(ids)
  expect((await read([...idsOf(0, 65), idOf(130)])).found).toEqual(idsOf(0, 131))
})

test('of those that are not there, nothing comes', async () => {
  expect((await read([...idsOf(0, 3), 'nobody'])).found).toEqual(idsOf(0, 3))
  expect((await read(idsOf(290, 360))).found).toEqual(idsOf(290, 300))
})

test('none are wanted: none come', async () => {
  expect(await read([])).toEqual({ found: [], stretches: 0, rows: 0 })
})

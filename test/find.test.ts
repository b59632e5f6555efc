import Dexie from 'dexie'
import { expect, test } from 'vitest'
import { toAttendeesQuery, toEventsQuery } from '../src/model/queries.ts'
import { RsvpDatabase, tablesOf } from '../src/storage/database.ts'
import { createFind, type Find } from '../src/storage/find.ts'
import { platform } from './platform.ts'

const READS: readonly ((find: Find) => Promise<unknown>)[] = [
  (find) => find.eventsById(['one', 'two']),
  (find) => find.events(toEventsQuery()),
  (find) => find.events(toEventsQuery({ myStatus: 'going' })),
  (find) => find.attendees('one', toAttendeesQuery()),
]

test('P9 a read that a freezing page takes back midway fails once, and leaves no error that nobody hears', async () => {
  const uncaught = platform.uncaught()
  const { newIndexedDB, IDBKeyRange } = platform
  const db = new RsvpDatabase('find', { indexedDB: newIndexedDB(), IDBKeyRange })
  for (const read of READS) {
    const reading = db.transaction('r!', db.tables, (transaction) => {
      const result = read(createFind(tablesOf(transaction), 'ada'))
      transaction.abort()
      return result
    })
    await expect(reading).rejects.toBeInstanceOf(Dexie.AbortError)
  }
  await platform.turn() // what nobody hears is told in a turn of its own
  db.close()
  expect(uncaught).toEqual([])
})

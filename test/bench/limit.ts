import type { EventRow } from './contender.ts'

declare global {
  var limit: Promise<number>
}

/** The least a page can do that shows a first list of what `contenders/bare.ts` has stored: opens, and reads 50 rows. */
globalThis.limit = new Promise((resolve, reject) => {
  const opening = indexedDB.open(new URLSearchParams(location.search).get('cold') ?? '')
  opening.onerror = () => reject(opening.error)
  opening.onsuccess = () => {
    const events = opening.result.transaction('events').objectStore('events')
    const reading: IDBRequest<EventRow[]> = events.index('startTime').getAll(null, 50)
    reading.onsuccess = () => {
      if (reading.result.length === 50) resolve(performance.now())
      else reject(new Error(`${reading.result.length} rows instead of 50`))
    }
  }
})

import {
  type Bundle,
  type Contender,
  type EventRow,
  ME,
  type OpenOptions,
  type ResponseRow,
  type Shown,
  type Status,
  type Stop,
  type Store,
} from '../contender.ts'
import { pushAll } from '../push-all.ts'
import { show } from './parts/overlay.ts'

/** An answer on disk. */
interface Entry {
  readonly eventId: string
  readonly status: Status
}

/** The limit: IndexedDB by hand, as an able developer would write it for this one app. No other tab hears of a change. */
export const contender: Contender = {
  name: 'bare IndexedDB',
  durability: 'strict',
  async open(name, { url = '' }: OpenOptions = {}) {
    const db = await openDatabase(name)
    return createStore(db, url)
  },
}

function openDatabase(name: string): Promise<IDBDatabase> {
  const request = indexedDB.open(name, 1)
  request.onupgradeneeded = () => {
    const db = request.result
    db.createObjectStore('events', { keyPath: 'eventId' }).createIndex('startTime', 'startTime')
    db.createObjectStore('responses', { keyPath: ['eventId', 'userId'] })
    db.createObjectStore('users', { keyPath: 'userId' })
    db.createObjectStore('files', { keyPath: 'fileId' })
    db.createObjectStore('outbox', { keyPath: 'eventId' })
  }
  return result(request)
}

const result = <T>(request: IDBRequest<T>) =>
  new Promise<T>((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

const completed = (transaction: IDBTransaction) =>
  new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
  })

/** Sooner, as nothing more is asked of it. */
const done = (transaction: IDBTransaction) => {
  transaction.commit()
  return completed(transaction)
}

const VIEW = ['events', 'responses', 'outbox']

function createStore(db: IDBDatabase, url: string): Store {
  const observers = new Map<string, Set<() => void>>()
  const ALL = '*'

  function observe(key: string, read: () => void): Stop {
    const all = observers.get(key) ?? new Set()
    observers.set(key, all.add(read))
    read()
    return () => all.delete(read)
  }
  function changed(eventIds: Iterable<string>): void {
    for (const id of eventIds) for (const read of observers.get(id) ?? []) read()
    for (const read of observers.get(ALL) ?? []) read()
  }

  /** Reads in one transaction, by plain requests: promises would let it end. */
  function readEvents(
    find: (events: IDBObjectStore, found: (events: readonly EventRow[]) => void) => void,
    next: (shown: readonly Shown[]) => void,
  ): void {
    const transaction = db.transaction(VIEW)
    const [events, responses, outbox] = VIEW.map((table) => transaction.objectStore(table)) as [
      IDBObjectStore,
      IDBObjectStore,
      IDBObjectStore,
    ]
    let shown: readonly (() => Shown)[] = []
    find(events, (rows) => {
      shown = rows.map((row) => {
        const mine: IDBRequest<ResponseRow | undefined> = responses.get([row.eventId, ME])
        const entry: IDBRequest<Entry | undefined> = outbox.get(row.eventId)
        return () => show(row, mine.result?.status, entry.result?.status)
      })
    })
    transaction.oncomplete = () => next(shown.map((show) => show()))
  }

  return {
    async merge({ events, eventResponses, users, files }: Bundle) {
      const transaction = db.transaction(['events', 'responses', 'users', 'files'], 'readwrite', {
        durability: 'strict',
      })
      const put = (table: string, rows: readonly unknown[]) => {
        const store = transaction.objectStore(table)
        for (const row of rows) store.put(row)
      }
      put('events', events)
      put('responses', eventResponses)
      put('users', users)
      put('files', files)
      await done(transaction)
      changed(new Set([...events, ...eventResponses].map(({ eventId }) => eventId)))
    },
    watchEvent: (eventId, next) =>
      observe(eventId, () =>
        readEvents(
          (events, found) => {
            const request = events.get(eventId)
            request.onsuccess = () => found(request.result ? [request.result] : [])
          },
          ([shown]) => next(() => shown),
        ),
      ),
    watchList: (limit, next) =>
      observe(ALL, () =>
        readEvents(
          (events, found) => {
            const request = events.index('startTime').getAll(null, limit)
            request.onsuccess = () => found(request.result)
          },
          (shown) => next(() => shown),
        ),
      ),
    async tap(eventId, status) {
      const transaction = db.transaction('outbox', 'readwrite', { durability: 'strict' })
      transaction.objectStore('outbox').put({ eventId, status } satisfies Entry)
      await done(transaction)
      changed([eventId])
    },
    waiting: () => result(db.transaction('outbox').objectStore('outbox').count()),
    async push() {
      const entries: readonly Entry[] = await result(db.transaction('outbox').objectStore('outbox').getAll())
      await pushAll(url, entries, async ({ eventId, status }, { events, eventResponses, users }) => {
        const transaction = db.transaction(['events', 'responses', 'users', 'outbox'], 'readwrite', {
          durability: 'strict',
        })
        for (const row of events) transaction.objectStore('events').put(row)
        for (const row of eventResponses) transaction.objectStore('responses').put(row)
        for (const row of users) transaction.objectStore('users').put(row)
        const outbox = transaction.objectStore('outbox')
        const entry: IDBRequest<Entry | undefined> = outbox.get(eventId)
        entry.onsuccess = () => {
          // An answer that was given during the request stays.
          if (entry.result?.status === status) outbox.delete(eventId)
        }
        await completed(transaction)
        changed([eventId])
      })
    },
    async close() {
      db.close()
    },
  }
}

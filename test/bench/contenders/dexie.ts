import { Dexie, type EntityTable, liveQuery, type Table } from 'dexie'
import {
  type Contender,
  type EventRow,
  type FileRow,
  ME,
  type OpenOptions,
  type ResponseRow,
  type Status,
  type Stop,
  type Store,
  type UserRow,
} from '../contender.ts'
import { pushAll } from '../push-all.ts'
import { show } from './parts/overlay.ts'

/** An answer on disk. */
interface Entry {
  readonly eventId: string
  readonly status: Status
}

type Database = Dexie & {
  readonly events: EntityTable<EventRow, 'eventId'>
  readonly responses: Table<ResponseRow, [eventId: string, userId: string]>
  readonly users: EntityTable<UserRow, 'userId'>
  readonly files: EntityTable<FileRow, 'fileId'>
  readonly outbox: EntityTable<Entry, 'eventId'>
}

// On localhost Dexie takes itself to be in development, and pays for longer stack traces.
Dexie.debug = false

/** Dexie with `liveQuery`, and an outbox by hand, as its users write one. */
export const contender: Contender = {
  name: 'Dexie',
  durability: 'strict',
  async open(name, { url = '' }: OpenOptions = {}) {
    const db = new Dexie(name, {
      chromeTransactionDurability: 'strict',
      // It would answer a query with a limit from what it kept, and show rows that are no longer so.
      cache: 'disabled',
    }) as Database
    db.version(1).stores({
      events: 'eventId, startTime',
      responses: '[eventId+userId]',
      users: 'userId',
      files: 'fileId',
      outbox: 'eventId',
    })
    await db.open()
    return createStore(db, url)
  },
}

function createStore(db: Database, url: string): Store {
  const { events, responses, users, files, outbox } = db

  /** Observes what is read in one transaction. Its promises are chained: an `await` costs Dexie more. */
  function observe<T>(read: () => PromiseLike<T>, next: (value: T) => void): Stop {
    const query = () => db.transaction('r', events, responses, outbox, read)
    const subscription = liveQuery(query).subscribe(next)
    return () => subscription.unsubscribe()
  }

  return {
    merge: (bundle) =>
      db.transaction('rw', events, responses, users, files, async () => {
        await Promise.all([
          events.bulkPut(bundle.events),
          responses.bulkPut(bundle.eventResponses),
          users.bulkPut(bundle.users),
          files.bulkPut(bundle.files),
        ])
      }),
    watchEvent: (eventId, next) =>
      observe(
        () => Promise.all([events.get(eventId), responses.get([eventId, ME]), outbox.get(eventId)]),
        ([event, mine, entry]) => next(() => event && show(event, mine?.status, entry?.status)),
      ),
    watchList: (limit, next) =>
      observe(
        () =>
          events
            .orderBy('startTime')
            .limit(limit)
            .toArray((rows) => {
              const ids = rows.map(({ eventId }) => eventId)
              const mine = responses.bulkGet(ids.map((id) => [id, ME]))
              return Promise.all([rows, mine, outbox.bulkGet(ids)])
            }),
        ([rows, mine, entries]) =>
          next(() => rows.map((row, at) => show(row, mine[at]?.status, entries[at]?.status))),
      ),
    async tap(eventId, status) {
      await outbox.put({ eventId, status })
    },
    waiting: () => outbox.count(),
    async push() {
      await pushAll(url, await outbox.toArray(), ({ eventId, status }, reply) =>
        db.transaction('rw', events, responses, users, outbox, async () => {
          // An answer that was given during the request stays.
          const isSent = outbox.get(eventId).then((entry) => entry?.status === status)
          await Promise.all([
            events.bulkPut(reply.events),
            responses.bulkPut(reply.eventResponses),
            users.bulkPut(reply.users),
            isSent.then((is) => (is ? outbox.delete(eventId) : undefined)),
          ])
        }),
      )
    },
    async close() {
      db.close()
    },
  }
}

import {
  createCollection,
  createLiveQueryCollection,
  createTransaction,
  eq,
  executeTransaction,
  openDatabase,
} from '@tanstack/db'
import {
  IndexedDBAdapter,
  type OfflineConfig,
  startOfflineExecutor,
  WebLocksLeader,
} from '@tanstack/offline-transactions'
import {
  type Bundle,
  type Contender,
  type EventRow,
  type FileRow,
  ME,
  type ResponseRow,
  type Status,
  type UserRow,
} from '../contender.ts'
import { post } from '../push-all.ts'
import { show } from './parts/overlay.ts'
import { INDEXED, mirror } from './parts/tanstack-mirror.ts'
import { offlineAtFirst, watched } from './parts/tanstack-outbox.ts'

type Answer = { eventId: string; status: Status }
/** The executor brings a version of its own of `@tanstack/db`, with types of its own. */
type TheirCollection = OfflineConfig['collections'][string]

/** An executor sends one answer after the other; six send six at a time, each with an outbox of its own. */
const LANES = 6
const CLOSING_MS = 10_000
const TABLES = ['events', 'mine', 'others', 'users', 'files'] as const

/**
 * Collections over a mirror in IndexedDB that is filled by hand: the library's own IndexedDB collection is for
 * rows that this device writes, and takes about twice as long to bring in and to read the server's. Answers go
 * through the offline executor.
 */
export const contender: Contender = {
  name: 'TanStack DB',
  durability: 'relaxed',
  async open(name, { url = '' } = {}) {
    const db = await openDatabase(name, 1, (database) => {
      for (const table of TABLES) database.createObjectStore(table)
    })
    const events = mirror<EventRow>(db, 'events', ({ eventId }) => eventId)
    const mine = mirror<ResponseRow>(db, 'mine', ({ eventId }) => eventId)
    const others = mirror<ResponseRow>(db, 'others', ({ eventId, userId }) => `${eventId}/${userId}`)
    const users = mirror<UserRow>(db, 'users', ({ userId }) => userId)
    const files = mirror<FileRow>(db, 'files', ({ fileId }) => fileId)
    /**
     * Only open answers, all of them optimistic. In a collection of their own for two reasons: a view must know
     * what the server has of mine as well, and a collection shows nothing new of the server while one of its rows
     * is open.
     */
    const answers = createCollection<Answer, string>({
      ...INDEXED,
      id: 'answers',
      getKey: ({ eventId }) => eventId,
      sync: { sync: ({ markReady }) => markReady() },
    })

    async function merge({ eventResponses, ...bundle }: Bundle): Promise<void> {
      const isMine = ({ userId }: ResponseRow) => userId === ME
      const rows = {
        ...bundle,
        mine: eventResponses.filter(isMine),
        others: eventResponses.filter((row) => !isMine(row)),
      }
      const filled = TABLES.filter((table) => rows[table].length > 0)
      if (filled.length === 0) return
      await executeTransaction(db, filled, 'readwrite', (transaction) => {
        events.put(transaction, rows.events)
        mine.put(transaction, rows.mine)
        others.put(transaction, rows.others)
        users.put(transaction, rows.users)
        files.put(transaction, rows.files)
      })
      events.feed(rows.events)
      mine.feed(rows.mine)
      others.feed(rows.others)
      users.feed(rows.users)
      files.feed(rows.files)
    }

    const reading = [events.ready(), mine.ready()]
    const outboxes = Array.from({ length: LANES }, (_, at) => `${name}-outbox-${at}`)
    // An executor asks once whether it may lead, and keeps nothing on disk if not: a page that is just closing must
    // have let go before.
    const signal = AbortSignal.timeout(CLOSING_MS)
    await Promise.all(outboxes.map((lock) => navigator.locks.request(lock, { signal }, () => {})))

    const outbox = watched()
    const connection = offlineAtFirst()
    const lanes = outboxes.map((kept) =>
      startOfflineExecutor({
        collections: { answers: answers as unknown as TheirCollection },
        mutationFns: {
          async rsvp({ transaction }) {
            for (const { modified } of transaction.mutations) await merge(await post(url, modified as Answer))
          },
        },
        storage: outbox.over(new IndexedDBAdapter(kept)),
        leaderElection: new WebLocksLeader(kept),
        onlineDetector: connection,
      }),
    )
    await Promise.all([...reading, ...lanes.map((lane) => lane.waitForInit())])
    // Transactions go by their millisecond, and within one by a count that each version of the library keeps
    // for itself: a tap in the millisecond in which answers were restored might come before them.
    await new Promise((resolve) => setTimeout(resolve, 1))
    if (!lanes.every((lane) => lane.isOfflineEnabled)) throw new Error('another page has the outbox')

    /** By key, for single events: a live query is a graph of its own, and all of them look at each change. */
    const observers = new Map<string, Set<() => void>>()
    const hear = (changes: readonly { readonly key: string }[]) => {
      for (const { key } of changes) for (const tell of observers.get(key) ?? []) tell()
    }
    events.collection.subscribeChanges(hear)
    mine.collection.subscribeChanges(hear)
    answers.subscribeChanges(hear)

    return {
      merge,
      watchEvent(eventId, next) {
        const look = () => {
          const event = events.collection.get(eventId)
          return event && show(event, mine.collection.get(eventId)?.status, answers.get(eventId)?.status)
        }
        const tell = () => next(look)
        const all = observers.get(eventId) ?? new Set()
        observers.set(eventId, all.add(tell))
        tell()
        return () => all.delete(tell)
      },
      watchList(limit, next) {
        const live = createLiveQueryCollection({
          query: (q) =>
            q
              .from({ event: events.collection })
              .leftJoin({ said: mine.collection }, ({ event, said }) => eq(event.eventId, said.eventId))
              .leftJoin({ answer: answers }, ({ event, answer }) => eq(event.eventId, answer.eventId))
              .orderBy(({ event }) => event.startTime)
              .limit(limit),
          startSync: true,
        })
        const tell = () =>
          next(() => live.toArray.map(({ event, said, answer }) => show(event, said?.status, answer?.status)))
        const watching = live.subscribeChanges(tell)
        tell()
        return () => watching.unsubscribe()
      },
      async tap(eventId, status) {
        const lane = lanes[laneOf(eventId)]
        if (!lane) throw new Error(`no lane for ${eventId}`)
        const offline = lane.createOfflineTransaction({ mutationFnName: 'rsvp', autoCommit: false })
        const transaction = createTransaction({
          async mutationFn({ transaction: { mutations } }) {
            // The executor's version of the library does not see what happens to collections of this one.
            const theirs = offline.mutate(() => {})
            theirs.applyMutations(mutations as unknown as typeof theirs.mutations)
            await offline.commit()
          },
        })
        transaction.mutate(() => {
          if (answers.has(eventId))
            answers.update(eventId, (answer) => {
              answer.status = status
            })
          else answers.insert({ eventId, status })
        })
        // It settles when it was sent, or could not be written.
        await Promise.race([
          outbox.until((keys) => keys.has(`tx:${offline.id}`)),
          transaction.when('settled'),
        ])
      },
      waiting: () => outbox.count(),
      push() {
        connection.goOnline()
        return outbox.until((keys) => keys.size === 0)
      },
      async close() {
        for (const lane of lanes) lane.dispose()
        db.close()
      },
    }
  },
}

/** Answers to the same event go one after the other. */
const laneOf = (eventId: string) =>
  [...eventId].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 0) % LANES

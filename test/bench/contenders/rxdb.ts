import { createRxDatabase, type RxDocument } from 'rxdb'
import { getRxStorageDexie } from 'rxdb/plugins/storage-dexie'
import { combineLatest, distinctUntilChanged, map, shareReplay, switchMap } from 'rxjs'
import type { Bundle, Contender, OpenOptions, Store } from '../contender.ts'
import { ME } from '../contender.ts'
import { pushAll } from '../push-all.ts'
import { inGroups } from './parts/in-groups.ts'
import { show } from './parts/overlay.ts'
import { COLLECTIONS, type Collections, type Entry } from './parts/rxdb-collections.ts'
import { rowsOf } from './parts/rxdb-rows.ts'
import { together } from './parts/together.ts'

interface Answered {
  readonly entry: RxDocument<Entry>
  readonly reply: Bundle
}

/** RxDB on its free storage, Dexie. The default of Chromium would call a write done before it is on disk. */
const storage = getRxStorageDexie({ chromeTransactionDurability: 'strict' })

export const contender: Contender = {
  name: 'RxDB',
  durability: 'strict',
  async open(name, { url = '' }: OpenOptions = {}) {
    const db = await createRxDatabase<Collections>({ name, storage })
    const collections = await db.addCollections(COLLECTIONS)
    return createStore(collections, url, async () => void (await db.close()))
  },
}

const mineOf = (eventId: string) => `${eventId}|${ME}`

function createStore(collections: Collections, url: string, close: () => Promise<void>): Store {
  const { events, responses, users, files, outbox } = collections
  const event = rowsOf(events)
  const response = rowsOf(responses)
  /** My open answers are few: all views share one query. */
  const entries$ = outbox.find().$.pipe(
    map((entries) => new Map(entries.map(({ eventId, status }) => [eventId, status]))),
    shareReplay({ bufferSize: 1, refCount: true }),
  )

  async function merge(bundle: Bundle): Promise<void> {
    // No transaction spans collections in RxDB, so they can as well be written at the same time.
    await Promise.all([
      events.bulkUpsert([...bundle.events]),
      responses.bulkUpsert([...bundle.eventResponses]),
      users.bulkUpsert([...bundle.users]),
      files.bulkUpsert([...bundle.files]),
    ])
  }

  return {
    merge,
    watchEvent(eventId, next) {
      const entry$ = entries$.pipe(
        map((entries) => entries.get(eventId)),
        distinctUntilChanged(),
      )
      const view = combineLatest([event(eventId), response(mineOf(eventId)), entry$]).subscribe(
        ([row, mine, entry]) => next(() => row && show(row, mine?.status, entry)),
      )
      return () => view.unsubscribe()
    },
    watchList(limit, next) {
      const rows$ = events
        .find({ selector: {}, sort: [{ startTime: 'asc' }], limit })
        .$.pipe(
          switchMap((rows) =>
            responses
              .findByIds(rows.map(({ eventId }) => mineOf(eventId)))
              .$.pipe(map((mine) => rows.map((row) => [row, mine.get(mineOf(row.eventId))] as const))),
          ),
        )
      const view = combineLatest([rows$, entries$]).subscribe(([rows, entries]) =>
        next(() => rows.map(([row, mine]) => show(row, mine?.status, entries.get(row.eventId)))),
      )
      return () => view.unsubscribe()
    },
    async tap(eventId, status) {
      await outbox.incrementalUpsert({ eventId, status })
    },
    waiting: () => outbox.count().exec(),
    /**
     * By hand, not by `replicateRxCollection`: that pushes states of documents, and keeps a checkpoint and a
     * copy of each beside them; here an entry goes once it was answered, which would be one more to push.
     */
    async push() {
      const answered = inGroups<Answered>(async (group) => {
        await merge(together(group.map(({ reply }) => reply)))
        // By revision: an entry that was answered anew meanwhile stays.
        await outbox.bulkRemove(group.map(({ entry }) => entry))
      })
      const entries = await outbox.find().exec()
      await pushAll(url, entries, async (entry, reply) => answered.add({ entry, reply }))
      await answered.done()
    },
    close,
  }
}

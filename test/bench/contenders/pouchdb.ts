import type { Bundle, Contender, OpenOptions, Store } from '../contender.ts'
import { pushAll } from '../push-all.ts'
import { inGroups } from './parts/in-groups.ts'
import { docsOf } from './parts/pouchdb-docs.ts'
import { type Entry, followBoth, showKnown } from './parts/pouchdb-follow.ts'
import { followList } from './parts/pouchdb-list.ts'
import { type Pouch, PouchDB } from './parts/pouchdb-package.ts'
import { asUpdates, write } from './parts/pouchdb-write.ts'

/**
 * PouchDB on IndexedDB. It leaves no choice of durability: Chromium's default applies, which is 'relaxed'.
 * As nothing is replicated, a revision need not be the digest of its document.
 */
export const contender: Contender = {
  name: 'PouchDB',
  durability: 'relaxed',
  async open(name, { url = '' }: OpenOptions = {}) {
    const options = { deterministic_revs: false } as const
    const rows = new PouchDB<object>(name, options)
    // Apart, as a write locks all of a database, and a feed tells one change after the other: an answer waits
    // for no merge, and its view not for the news of one.
    const outbox = new PouchDB<Entry>(`${name}-outbox`, options)
    await Promise.all([rows.info(), outbox.info()])
    return createStore(rows, outbox, url)
  },
}

function createStore(rows: Pouch<object>, outbox: Pouch<Entry>, url: string): Store {
  const views = followBoth(rows, outbox)
  const { revs } = views
  return {
    merge: (bundle) => write(rows, docsOf(bundle)),
    watchEvent: (eventId, next) => views.follow(eventId, (known) => next(() => showKnown(known))),
    watchList: (limit, next) => followList(rows, views, limit, next),
    async tap(eventId, status) {
      for (let rev = revs.get(eventId); ; ) {
        const [result] = await outbox.bulkDocs([{ _id: eventId, status, ...(rev && { _rev: rev }) }])
        if (result?.rev) return void revs.set(eventId, result.rev)
        if (result?.status !== 409) throw new Error(`${result?.status} for ${eventId}`)
        const { rows: found } = await outbox.allDocs({ keys: [eventId] })
        rev = found[0]?.value?.deleted ? undefined : found[0]?.value?.rev
      }
    },
    waiting: async () => (await outbox.info()).doc_count,
    async push() {
      const { rows: waiting } = await outbox.allDocs({ include_docs: true })
      const entries = waiting.flatMap(({ key, value, doc }) =>
        value && doc ? [{ eventId: key, status: doc.status, rev: value.rev }] : [],
      )
      const answered = inGroups<{ readonly eventId: string; readonly rev: string; readonly reply: Bundle }>(
        async (group) => {
          const docs = new Map(group.flatMap(({ reply }) => docsOf(reply)).map((doc) => [doc._id, doc]))
          await write(rows, await asUpdates(rows, [...docs.values()]))
          // By revision: an entry that was answered anew meanwhile stays.
          await outbox.bulkDocs(
            group.map(({ eventId, rev }) => ({ _id: eventId, _rev: rev, _deleted: true as const })),
          )
        },
      )
      await pushAll(url, entries, async ({ eventId, rev }, reply) => answered.add({ eventId, rev, reply }))
      await answered.done()
    },
    async close() {
      views.close()
      await Promise.all([rows.close(), outbox.close()])
    },
  }
}

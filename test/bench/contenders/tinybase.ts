import { createIndexedDbPersister } from 'tinybase/persisters/persister-indexed-db'
import { createStore, type Store as Rows } from 'tinybase/store'
import { type Bundle, type Contender, ME, type Shown, type Status, type Stop } from '../contender.ts'
import { pushAll } from '../push-all.ts'

/**
 * Two stores, each with an IndexedDB persister of its own: a persister writes all that its store holds at every
 * save, and a tap must not write the server's rows again. Saved by hand, not automatically: only then is there a
 * promise to wait for.
 */
export const contender: Contender = {
  name: 'TinyBase',
  durability: 'relaxed',
  async open(name, { url = '' } = {}) {
    const rows = createStore()
    const outbox = createStore()
    const [rowsOnDisk, outboxOnDisk] = await Promise.all([
      onDisk(rows, `${name}-rows`),
      onDisk(outbox, `${name}-outbox`),
    ])

    const look = (eventId: string): Shown | undefined => {
      if (!rows.hasRow('events', eventId)) return undefined
      const said = statusIn(rows, 'responses', responseId(ME, eventId))
      const now = statusIn(outbox, 'answers', eventId) ?? said
      const count = Number(rows.getCell('events', eventId, 'rsvpCount'))
      const going = count - (said === 'going' ? 1 : 0) + (now === 'going' ? 1 : 0)
      return { eventId, title: String(rows.getCell('events', eventId, 'title')), mine: now, going }
    }
    /** Listens to the rows that a view of one event is made of. */
    function listen(eventId: string, changed: () => void): Stop {
      const listeners = [
        rows.addRowListener('events', eventId, changed),
        rows.addRowListener('responses', responseId(ME, eventId), changed),
      ]
      const listener = outbox.addRowListener('answers', eventId, changed)
      return () => {
        for (const id of listeners) rows.delListener(id)
        outbox.delListener(listener)
      }
    }
    const put = (bundle: Bundle) => {
      rows.transaction(() => {
        for (const row of bundle.events) rows.setRow('events', row.eventId, { ...row })
        for (const row of bundle.eventResponses)
          rows.setRow('responses', responseId(row.userId, row.eventId), { ...row })
        for (const row of bundle.users) rows.setRow('users', row.userId, { ...row })
        for (const row of bundle.files) rows.setRow('files', row.fileId, { ...row })
      })
    }

    return {
      merge(bundle) {
        put(bundle)
        return rowsOnDisk.save()
      },
      watchEvent(eventId, next) {
        const tell = () => next(() => look(eventId))
        tell()
        return listen(eventId, tell)
      },
      watchList(limit, next) {
        const byStart = { tableId: 'events', cellId: 'startTime', limit }
        let stops: readonly Stop[] = []
        const stop = () => {
          for (const each of stops) each()
        }
        const show = (ids: readonly string[]) => {
          const tell = () => next(() => ids.flatMap((id) => look(id) ?? []))
          stop()
          stops = ids.map((id) => listen(id, tell))
          tell()
        }
        const listener = rows.addSortedRowIdsListener(byStart, (...[, , , , , , ids]) => show(ids))
        show(rows.getSortedRowIds(byStart))
        return () => {
          rows.delListener(listener)
          stop()
        }
      },
      tap(eventId, status) {
        outbox.setRow('answers', eventId, { status })
        return outboxOnDisk.save()
      },
      async waiting() {
        // What is in memory is on disk once the saves that are under way have ended.
        await outboxOnDisk.saved()
        return outbox.getRowCount('answers')
      },
      async push() {
        const entries = outbox.getRowIds('answers').flatMap((eventId) => {
          const status = statusIn(outbox, 'answers', eventId)
          return status ? [{ eventId, status }] : []
        })
        const sent: typeof entries = []
        try {
          await pushAll(url, entries, async (entry, reply) => {
            put(reply)
            sent.push(entry)
          })
        } finally {
          // All rows are written at every save: one for all replies. Only then are the answers let go of.
          await rowsOnDisk.save()
          outbox.transaction(() => {
            for (const { eventId, status } of sent)
              if (statusIn(outbox, 'answers', eventId) === status) outbox.delRow('answers', eventId)
          })
          await outboxOnDisk.save()
        }
      },
      async close() {
        await Promise.all([rowsOnDisk.close(), outboxOnDisk.close()])
      },
    }
  },
}

const responseId = (userId: string, eventId: string) => `${userId}/${eventId}`

const statusIn = (store: Rows, table: string, row: string) =>
  (store.getCell(table, row, 'status') as Status | undefined) ?? null

/** What a store holds, as its persister keeps it. */
async function onDisk(store: Rows, name: string) {
  let failure: unknown
  const persister = createIndexedDbPersister(store, name, undefined, (error) => {
    failure = error
  })
  // A database that is not there yet is told as an error too.
  await persister.load()

  let last = Promise.resolve()
  let next: Promise<void> | undefined
  async function write() {
    next = undefined
    failure = undefined
    await persister.save()
    if (failure) throw failure
  }
  return {
    /** One save at a time; all who ask while one is under way share the next. */
    save(): Promise<void> {
      next ??= last.then(write)
      last = next.catch(() => {})
      return next
    },
    saved: () => last,
    async close() {
      await last
      await persister.destroy()
    },
  }
}

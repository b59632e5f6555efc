import type { Observable } from 'rxjs'
import { createRsvpStore, type EventView } from '../../../dist/index.js'
import { type Contender, ME, type Shown, type Store } from '../contender.ts'

/** As published, with its defaults, but for the pace: a benchmark must not wait for a published rate limit. */
export const contender: Contender = {
  name: 'rsvp-store',
  durability: 'strict',
  async open(name, { url = 'http://localhost' } = {}) {
    let online = false
    let changed = () => {}
    const store = createRsvpStore({
      userId: ME,
      baseUrl: url,
      getToken: () => 'token',
      name,
      // The wait after a reconnect is a share of `baseMs`.
      push: { concurrency: 6, pace: { requests: 1e9, perMs: 1 }, backoff: { baseMs: 1 } },
      pull: { everyMs: false },
      ports: {
        connectivity: {
          online: () => online,
          watch(run) {
            const before = changed
            changed = () => {
              before()
              run()
            }
            return () => {}
          },
        },
      },
    })

    return {
      merge: async (bundle) => void (await store.merge(bundle)),
      watchEvent(eventId, next) {
        const watching = store.event$(eventId).subscribe((view) => next(() => view && show(view)))
        return () => watching.unsubscribe()
      },
      watchList(limit, next) {
        const watching = store.events$({ limit }).subscribe((views) => next(() => views.map(show)))
        return () => watching.unsubscribe()
      },
      tap: async (eventId, status) => void (await store.rsvp(eventId, status)),
      waiting: async () => (await first(store.outbox$)).length,
      async push() {
        await first(store.outbox$)
        online = true
        changed()
        await first(store.status$, ({ queued }) => queued === 0)
      },
      close: () => store.close(),
    } satisfies Store
  },
}

/** Without an operator of RxJS, which would be counted as the store's. */
const first = <T>(values$: Observable<T>, fits = (_: T) => true) =>
  new Promise<T>((resolve) => {
    const watching = values$.subscribe((value) => {
      if (!fits(value)) return
      resolve(value)
      queueMicrotask(() => watching.unsubscribe())
    })
  })

const show = ({ eventId, title = '', myRsvp, rsvpCount = 0 }: EventView): Shown => ({
  eventId,
  title,
  mine: myRsvp.status,
  going: rsvpCount,
  sync: myRsvp.sync,
})

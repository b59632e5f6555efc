import type { Observable } from 'rxjs'
import { createRsvpStore, type RsvpStore } from '../../../src/index.ts'

/** What the tests find on the page. */
export interface Phone {
  readonly store: RsvpStore
  /** Resolves with the first value that fits. */
  until<T>(values$: Observable<T>, fits: (value: T) => boolean): Promise<T>
  /** What became of this page, in order: the names of the browser's own events. */
  readonly life: readonly string[]
}

declare global {
  var phone: Phone
}

const address = new URLSearchParams(location.search)

const store = createRsvpStore({
  userId: 'ada',
  baseUrl: location.origin,
  getToken: async ({ refresh, signal }) =>
    (await fetch(`/token?refresh=${refresh}`, { signal, cache: 'no-store' })).text(),
  name: 'phone',
  push: { timeoutMs: Number(address.get('timeoutMs') ?? 20_000), backoff: { baseMs: 200 } },
  pull: { everyMs: address.has('still') ? false : undefined },
})

const until: Phone['until'] = (values$, fits) =>
  new Promise((resolve) => {
    const watching = values$.subscribe((value) => {
      if (!fits(value)) return
      resolve(value)
      queueMicrotask(() => watching.unsubscribe()) // the first value comes before there is a subscription
    })
  })

const life: string[] = []
for (const type of ['freeze', 'resume', 'pagehide', 'pageshow'])
  addEventListener(
    type,
    (event) => {
      const isKept = event instanceof PageTransitionEvent && event.persisted
      life.push(isKept ? `${type} persisted` : type)
    },
    { capture: true },
  )

globalThis.phone = { store, until, life }

import { Observable } from 'rxjs'
import type { RsvpStore } from '../../../src/index.ts'

/** How often each observable of a store is subscribed to. */
export interface Counts {
  /** By name, those that are open; none is there that is not. */
  readonly open: Map<string, number>
  /** By name, all there ever were. */
  readonly ever: Map<string, number>
}

/** The same store, counted. */
export function counting(store: RsvpStore): { readonly store: RsvpStore; readonly counts: Counts } {
  const counts: Counts = { open: new Map(), ever: new Map() }
  const counted = <T>(name: string, source$: Observable<T>): Observable<T> =>
    new Observable((observer) => {
      counts.open.set(name, (counts.open.get(name) ?? 0) + 1)
      counts.ever.set(name, (counts.ever.get(name) ?? 0) + 1)
      const inner = source$.subscribe(observer)
      return () => {
        inner.unsubscribe()
        const left = (counts.open.get(name) ?? 0) - 1
        if (left > 0) counts.open.set(name, left)
        else counts.open.delete(name)
      }
    })
  const countedList = <T, L extends Observable<T> & { loadMore(): Promise<void> }>(name: string, list$: L) =>
    Object.assign(counted(name, list$), { loadMore: () => list$.loadMore() })
  return {
    counts,
    store: {
      ...store,
      event$: (eventId) => counted(`event ${eventId}`, store.event$(eventId)),
      events$: (query) => countedList('events', store.events$(query)),
      attendees$: (eventId, query) => countedList(`attendees ${eventId}`, store.attendees$(eventId, query)),
      outbox$: counted('outbox', store.outbox$),
      status$: counted('status', store.status$),
    },
  }
}

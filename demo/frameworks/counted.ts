import { Observable } from 'rxjs'
import type { RsvpStore } from '../../src/index.ts'

/** A store, and how many observe it now. */
export interface Counted {
  readonly store: RsvpStore
  readonly observers: () => number
}

/** Counts the subscriptions to what a card observes, at the source: what a framework forgets to end is seen here. */
export function counted(store: RsvpStore): Counted {
  let observers = 0
  const seen = <T>(source$: Observable<T>): Observable<T> =>
    new Observable((observer) => {
      observers += 1
      const subscription = source$.subscribe(observer)
      return () => {
        observers -= 1
        subscription.unsubscribe()
      }
    })
  return {
    store: {
      ...store,
      event$: (eventId) => seen(store.event$(eventId)),
      outbox$: seen(store.outbox$),
      status$: seen(store.status$),
    },
    observers: () => observers,
  }
}

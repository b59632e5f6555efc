import { useMemo, useSyncExternalStore } from 'react'
import type { Observable } from 'rxjs'

/** The newest value of a stream; `initial` until there is one. The stream must be the same object each time. */
export function useObservable<T, I>(source$: Observable<T>, initial: I): T | I {
  const { subscribe, newest } = useMemo(() => snapshots(source$, initial), [source$])
  return useSyncExternalStore(subscribe, newest)
}

function snapshots<T, I>(source$: Observable<T>, initial: I) {
  let value: T | I = initial
  return {
    newest: () => value,
    subscribe: (changed: () => void) => {
      const subscription = source$.subscribe((next) => {
        value = next
        changed()
      })
      return () => subscription.unsubscribe()
    },
  }
}

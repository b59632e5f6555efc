import { useCallback, useMemo, useSyncExternalStore } from 'react'
import type { Observable } from 'rxjs'
import { systemClock } from '../adapters/browser.ts'
import { RsvpStoreError } from '../model/errors.ts'
import { isSame } from '../model/same.ts'
import type { RsvpStore } from '../public-api.ts'
import type { ListObservable, ListView } from '../views/list.ts'
import { createHoldings, type Held, type Question } from './held.ts'
import { useRsvpStore } from './store-context.ts'

const HOLDINGS = new WeakMap<RsvpStore, ReturnType<typeof createHoldings>>()

/** By the store, not by the provider: a component that suspends above it loses all that it had. */
function holdingsOf(store: RsvpStore): ReturnType<typeof createHoldings> {
  const holdings = HOLDINGS.get(store) ?? createHoldings(store, systemClock)
  HOLDINGS.set(store, holdings)
  return holdings
}

/** The question must be the same object for as long as it is the same question. */
function useHeld<S extends Observable<T>, T>(question: Question<S>): Held<S, T> {
  const store = useRsvpStore()
  return useMemo(() => holdingsOf(store)<S, T>(question), [store, question])
}

/** Also while what a server has rendered is hydrated: nobody knows anything yet. */
const nothing = () => undefined

/** The latest value of what is asked. */
export function useLatest<T>(question: Question<Observable<T>>): T | undefined {
  const { subscribe, latest } = useHeld<Observable<T>, T>(question)
  return useSyncExternalStore(subscribe, latest, nothing)
}

/** What is made of the latest value: the same as before while that is equal, as JSON. */
export function useSelected<T, S>(question: Question<Observable<T>>, select: (value: T) => S): S | undefined {
  const { subscribe, latest } = useHeld<Observable<T>, T>(question)
  const selected = useMemo(() => {
    let from: T | undefined
    let made: S | undefined
    // React asks at each render, whether or not there is news.
    return () => {
      const value = latest()
      if (value !== from) {
        from = value
        const next = value === undefined ? undefined : select(value)
        if (!isSame(made, next)) made = next
      }
      return made
    }
  }, [latest, select])
  return useSyncExternalStore(subscribe, selected, nothing)
}

/** React then sends the fallback of the boundary, and the page renders what is in it. */
function leaveToPage(): never {
  throw new RsvpStoreError('storage-unavailable', 'A server knows no event: this is left to the page.')
}

/** The same; while that is `undefined` it suspends, or throws why the server has refused it. */
export function useKnown<T>(question: Question<Observable<T | undefined>>): T {
  const { subscribe, latest, refusal, known } = useHeld<Observable<T | undefined>, T | undefined>(question)
  const value = useSyncExternalStore(subscribe, latest, leaveToPage)
  // Thrown, not given to `use`: React 18 has no `use`, and either version retries by asking for the value anew.
  if (value === undefined) throw refusal() ?? known()
  return value
}

/** A list, and what makes it longer. */
export function useList<V>(
  question: Question<ListObservable<V>>,
): readonly [list: ListView<V> | undefined, loadMore: () => Promise<void>] {
  const { subscribe, latest, source } = useHeld<ListObservable<V>, ListView<V>>(question)
  const loadMore = useCallback(async () => source()?.loadMore(), [source])
  return [useSyncExternalStore(subscribe, latest, nothing), loadMore]
}

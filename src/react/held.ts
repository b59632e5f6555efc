import type { Observable } from 'rxjs'
import type { RsvpStoreError } from '../model/errors.ts'
import type { ClockPort, Stop } from '../ports.ts'
import type { RsvpStore } from '../public-api.ts'
import { createSuspended } from './suspended.ts'

/** What may be asked of a store. Equal keys are equal questions. */
export interface Question<S> {
  readonly key: string
  readonly ask: (store: RsvpStore) => S
  /** The server says no to it. */
  readonly refusal$?: (store: RsvpStore) => Observable<RsvpStoreError>
}

/** One question to one store, as a component holds it; always of what runs under its key at that moment. */
export interface Held<S, T> {
  /** Holds it until the returned function is called. */
  readonly subscribe: (changed: () => void) => Stop
  /** `undefined` before the first value, and while nobody holds it. */
  readonly latest: () => T | undefined
  /** What the server last said, where that was no. */
  readonly refusal: () => RsvpStoreError | undefined
  /** Resolves when there is a value or a refusal, or when it is time to ask again: whoever does not has gone. */
  readonly known: () => Promise<void>
  /** What is subscribed to; `undefined` while nobody holds it. */
  readonly source: () => S | undefined
}

interface Holding<S, T> extends Omit<Held<S, T>, 'source'> {
  readonly source: S
}

/** What the components of one page hold of one store: one subscription a key, from the first of them to the last. */
export function createHoldings(store: RsvpStore, clock: Pick<ClockPort, 'after'>) {
  const running = new Map<string, unknown>()

  return function held<S extends Observable<T>, T>({ key, ask, refusal$ }: Question<S>): Held<S, T> {
    const find = () => running.get(key) as Holding<S, T> | undefined
    function hold(): Holding<S, T> {
      const made =
        find() ?? createHolding<S, T>(ask(store), refusal$?.(store), clock, () => running.delete(key))
      running.set(key, made)
      return made
    }
    return {
      subscribe: (changed) => hold().subscribe(changed),
      latest: () => find()?.latest(),
      refusal: () => find()?.refusal(),
      known: () => hold().known(),
      source: () => find()?.source,
    }
  }
}

function createHolding<S extends Observable<T>, T>(
  source: S,
  refusal$: Observable<RsvpStoreError> | undefined,
  clock: Pick<ClockPort, 'after'>,
  letGo: () => void,
): Holding<S, T> {
  const listeners = new Set<() => void>()
  const suspended = createSuspended(clock, () => void leave())
  let latest: T | undefined
  let refusal: RsvpStoreError | undefined
  let isOver = false

  const running = source.subscribe((value) => {
    latest = value
    if (value !== undefined) {
      refusal = undefined
      suspended.wake()
    }
    for (const changed of listeners) changed()
  })

  running.add(
    refusal$?.subscribe((error) => {
      refusal = error
      suspended.wake()
    }),
  )

  /** Not at once: whoever shows it next, or again, subscribes in the same turn, and must not find it gone. */
  async function leave(): Promise<void> {
    await undefined
    if (listeners.size > 0 || suspended.isExpected() || isOver) return
    isOver = true
    running.unsubscribe()
    letGo()
    suspended.wake()
  }

  return {
    source,
    latest: () => latest,
    refusal: () => refusal,
    subscribe(changed) {
      const listener = () => changed()
      listeners.add(listener)
      suspended.forget()
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) void leave()
      }
    },
    known() {
      if (listeners.size === 0) suspended.expect()
      const waiting = suspended.wait()
      if (latest !== undefined) suspended.wake() // it came with the subscription
      return waiting
    },
  }
}

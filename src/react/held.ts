import type { Observable } from 'rxjs'
import type { ClockPort, Stop } from '../ports.ts'
import type { RsvpStore } from '../public-api.ts'

/** What may be asked of a store. Equal keys are equal questions. */
export interface Question<S> {
  readonly key: string
  readonly ask: (store: RsvpStore) => S
}

/** One question to one store, as a component holds it; always of what runs under its key at that moment. */
export interface Held<S, T> {
  /** Holds it until the returned function is called. */
  readonly subscribe: (changed: () => void) => Stop
  /** `undefined` before the first value, and while nobody holds it. */
  readonly latest: () => T | undefined
  /** Resolves when there is a value, or when it is time to ask again: whoever does not is taken to have gone. */
  readonly known: () => Promise<void>
  /** What is subscribed to; `undefined` while nobody holds it. */
  readonly source: () => S | undefined
}

/** Nobody tells of a component that suspends and is given up: one that has not asked again for so long has gone. */
export const ASK_AGAIN_MS = 10_000

interface Holding<S, T> extends Omit<Held<S, T>, 'source'> {
  readonly source: S
}

/** What the components of one page hold of one store: one subscription a key, from the first of them to the last. */
export function createHoldings(store: RsvpStore, clock: Pick<ClockPort, 'after'>) {
  const running = new Map<string, unknown>()

  return function held<S extends Observable<T>, T>({ key, ask }: Question<S>): Held<S, T> {
    const find = () => running.get(key) as Holding<S, T> | undefined
    function hold(): Holding<S, T> {
      const made = find() ?? createHolding<S, T>(ask(store), clock, () => running.delete(key))
      running.set(key, made)
      return made
    }
    return {
      subscribe: (changed) => hold().subscribe(changed),
      latest: () => find()?.latest(),
      known: () => hold().known(),
      source: () => find()?.source,
    }
  }
}

function createHolding<S extends Observable<T>, T>(
  source: S,
  clock: Pick<ClockPort, 'after'>,
  letGo: () => void,
): Holding<S, T> {
  const listeners = new Set<() => void>()
  let latest: T | undefined
  let waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined
  /** Somebody suspends who cannot subscribe yet. */
  let stopAlarm: Stop | undefined
  let isAsked = false
  let isOver = false

  const running = source.subscribe((value) => {
    latest = value
    if (value !== undefined) wake()
    for (const changed of listeners) changed()
  })

  function wake(): void {
    waiting?.resolve()
    waiting = undefined
  }

  /** Not at once: whoever shows it next, or again, subscribes in the same turn, and must not find it gone. */
  async function leave(): Promise<void> {
    await undefined
    if (listeners.size > 0 || stopAlarm || isOver) return
    isOver = true
    running.unsubscribe()
    letGo()
    wake()
  }

  function setAlarm(): void {
    stopAlarm = clock.after(ASK_AGAIN_MS, () => {
      stopAlarm = undefined
      if (isAsked) setAlarm()
      else void leave()
      isAsked = false
      wake()
    })
  }

  return {
    source,
    latest: () => latest,
    subscribe(changed) {
      const listener = () => changed()
      listeners.add(listener)
      stopAlarm?.()
      stopAlarm = undefined
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) void leave()
      }
    },
    known() {
      isAsked = true
      if (listeners.size === 0 && !stopAlarm) setAlarm()
      waiting ??= createWaiting()
      const { promise } = waiting
      if (latest !== undefined) wake() // it came with the subscription
      return promise
    },
  }
}

function createWaiting() {
  let resolve = () => {}
  const promise = new Promise<void>((resolved) => {
    resolve = resolved
  })
  return { promise, resolve }
}

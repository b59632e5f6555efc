import { Observable, Subscription } from 'rxjs'
import type { ClockPort } from '../ports.ts'

/** Resolves with the first value that fits. */
export async function first<T>(source$: Observable<T>, fits: (value: T) => unknown): Promise<T> {
  let waiting: Subscription | undefined
  const found = await new Promise<T>((resolve) => {
    waiting = source$.subscribe((value) => fits(value) && resolve(value))
  })
  waiting?.unsubscribe()
  return found
}

/** Emits once, at that moment; never, when there is none. */
export const at$ = (clock: ClockPort, moment: number): Observable<void> =>
  new Observable((observer) =>
    Number.isFinite(moment) ? clock.at(moment, () => observer.next()) : undefined,
  )

/**
 * What is made of each value, where it is not the same as the last. The operators of RxJS for this, and its `merge`,
 * bring along what nobody here needs: two kilobytes.
 */
export const derived$ = <T, R>(
  source$: Observable<T>,
  derive: (value: T) => R,
  isSame: (a: R, b: R) => boolean,
): Observable<R> =>
  new Observable((observer) => {
    let last: readonly [R] | undefined
    return source$.subscribe({
      next(value) {
        const next = derive(value)
        if (last && isSame(last[0], next)) return
        last = [next]
        observer.next(next)
      },
      complete: () => observer.complete(),
    })
  })

/** The values that fit. */
export const only$ = <T>(source$: Observable<T>, fits: (value: T) => unknown): Observable<T> =>
  new Observable((observer) => source$.subscribe((value) => fits(value) && observer.next(value)))

/** Pokes with whatever any of them says. */
export const anyOf$ = (...sources: readonly Observable<unknown>[]): Observable<unknown> =>
  new Observable((observer) => {
    const all = new Subscription()
    for (const source$ of sources) all.add(source$.subscribe((value) => observer.next(value)))
    return all
  })

/** Runs `work`, and once more when it was asked for meanwhile; never two at a time. Ends when nothing is asked for. */
export function oneAtATime(work: () => Promise<unknown>): () => Promise<void> {
  let isRunning = false
  let isAsked = false
  return async () => {
    isAsked = true
    if (isRunning) return
    isRunning = true
    try {
      while (isAsked) {
        isAsked = false
        await work()
      }
    } finally {
      isRunning = false
    }
  }
}

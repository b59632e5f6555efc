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

/** Pokes with whatever any of them says. RxJS's own `merge` brings its schedulers along: half a kilobyte. */
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

import { defer, finalize, type Observable, repeat, type Subscription, take } from 'rxjs'
import type { Ports } from '../ports.ts'
import { at$ } from '../storage/live.ts'

interface Watched {
  readonly pull: () => Promise<unknown>
  observers: number
}

/** Pulls what somebody watches, every so often, while the page is visible and online; nothing else. */
export function createFreshness(
  { clock, connectivity, lifecycle }: Pick<Ports, 'clock' | 'connectivity' | 'lifecycle'>,
  everyMs: number | false,
) {
  const watchedByKey = new Map<string, Watched>()

  /** The same stream; while it has an observer, its rows are kept fresh by `pull`. */
  function kept<T>(key: string, pull: () => Promise<unknown>, view$: Observable<T>): Observable<T> {
    return defer(() => {
      const watched = watchedByKey.get(key) ?? { pull, observers: 0 }
      watched.observers += 1
      watchedByKey.set(key, watched)
      const leave = () => {
        watched.observers -= 1
        if (watched.observers === 0) watchedByKey.delete(key)
      }
      return view$.pipe(finalize(leave))
    })
  }

  /** Pulls everything watched now; what fails is seen in `status$` and tried at the next turn. */
  function refresh(): void {
    for (const { pull } of watchedByKey.values()) pull().catch(() => undefined)
  }

  function start(): Subscription | undefined {
    if (everyMs === false) return undefined
    return defer(() => at$(clock, clock.now() + everyMs))
      .pipe(take(1), repeat())
      .subscribe(() => {
        if (lifecycle.state() === 'visible' && connectivity.online()) refresh()
      })
  }

  return { kept, refresh, start }
}

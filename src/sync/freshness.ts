import { defer, finalize, type Observable, repeat, Subscription, take } from 'rxjs'
import type { Ports } from '../ports.ts'
import { at$ } from '../storage/live.ts'

type Watched = { readonly pull: () => Promise<unknown>; observers: number }

/** Pulls what somebody watches, every so often, while the page is visible and online; nothing else. */
export function createFreshness(
  { clock, connectivity, lifecycle }: Pick<Ports, 'clock' | 'connectivity' | 'lifecycle'>,
  everyMs: number | false,
) {
  const watchedByView = new Map<unknown, Watched>()

  /** The same stream; while it has an observer, its rows are kept fresh by `pull`. */
  function kept<T>(pull: () => Promise<unknown>, view$: Observable<T>): Observable<T> {
    return defer(() => {
      const watched = watchedByView.get(view$) ?? { pull, observers: 0 }
      watchedByView.set(view$, watched)
      watched.observers += 1
      return view$.pipe(
        finalize(() => {
          watched.observers -= 1
          if (watched.observers === 0) watchedByView.delete(view$)
        }),
      )
    })
  }

  /** Pulls everything watched now; what fails is seen in `status$` and tried at the next turn. */
  function refresh(): void {
    for (const { pull } of watchedByView.values()) pull().catch(() => undefined)
  }

  const start = (): Subscription =>
    everyMs === false
      ? Subscription.EMPTY
      : defer(() => at$(clock, clock.now() + everyMs))
          .pipe(take(1), repeat())
          .subscribe(() => {
            if (lifecycle.state() === 'visible' && connectivity.online()) refresh()
          })

  return { kept, refresh, start }
}

import { Observable, Subscription } from 'rxjs'
import type { Ports } from '../ports.ts'

type Watched = { readonly pull: () => Promise<unknown>; observers: number }

/** Pulls what somebody watches, every so often, while the page is visible and online; nothing else. */
export function createFreshness(
  { clock, connectivity, lifecycle }: Pick<Ports, 'clock' | 'connectivity' | 'lifecycle'>,
  everyMs: number | false,
) {
  const watchedByView = new Map<unknown, Watched>()

  /** The same stream; while it has an observer, its rows are kept fresh by `pull`. */
  const kept = <T>(pull: () => Promise<unknown>, view$: Observable<T>): Observable<T> =>
    new Observable((observer) => {
      const watched = watchedByView.get(view$) ?? { pull, observers: 0 }
      watchedByView.set(view$, watched)
      watched.observers += 1
      observer.add(() => {
        watched.observers -= 1
        if (watched.observers === 0) watchedByView.delete(view$)
      })
      return view$.subscribe(observer)
    })

  /** Pulls everything watched now; what fails is seen in `status$` and tried at the next turn. */
  function refresh(): void {
    for (const { pull } of watchedByView.values()) pull().catch(() => undefined)
  }

  function start(): Subscription {
    let stop = () => {}
    const arm = () => {
      if (everyMs === false) return
      stop = clock.at(clock.now() + everyMs, () => {
        if (lifecycle.state() === 'visible' && connectivity.online()) refresh()
        arm()
      })
    }
    arm()
    return new Subscription(() => stop())
  }

  return { kept, refresh, start }
}

import { Subscription } from 'rxjs'
import type { Ports, Stop } from '../ports.ts'

/** Pulls what somebody watches, every so often, while the page is visible and online; nothing else. */
export function createFreshness(
  { clock, connectivity, lifecycle }: Pick<Ports, 'clock' | 'connectivity' | 'lifecycle'>,
  everyMs: number | false,
  watched: ReadonlySet<() => Promise<unknown>>,
) {
  /** Pulls everything watched now; what fails is seen in `status$` and tried at the next turn. */
  function refresh(): void {
    for (const pull of watched) pull().catch(() => undefined)
  }

  function start(): Subscription {
    let stop: Stop | undefined
    const arm = (waitMs: number) => {
      stop = clock.after(waitMs, () => {
        if (lifecycle.state() === 'visible' && connectivity.online()) refresh()
        arm(waitMs)
      })
    }
    if (everyMs) arm(everyMs)
    return new Subscription(() => stop?.())
  }

  return { refresh, start }
}

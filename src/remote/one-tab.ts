import type { ClockPort, LocksPort } from '../ports.ts'

/**
 * Runs `work` once, while no other tab runs its own under this name. Whoever holds the lock for longer than
 * `patienceMs` may be a frozen tab, and is waited for no longer.
 */
export function inOneTab<T>(
  { locks, clock }: { readonly locks: LocksPort; readonly clock: ClockPort },
  name: string,
  patienceMs: number,
  work: () => Promise<T>,
): Promise<T> {
  let working: Promise<T> | undefined
  const once = () => {
    working ??= work()
    return working
  }
  let stop = () => {}
  const late = new Promise<void>((resolve) => {
    stop = clock.after(patienceMs, resolve)
  })
  return Promise.race([locks.withLock(name, once), late.then(once)]).finally(() => stop())
}

import type { Transaction } from 'dexie'
import type { ClockPort } from '../ports.ts'

/** A database that has not opened, or a transaction that has not ended by then, is given up. */
const PATIENCE_MS = 5_000
const GRACE_TURNS = 20

/** Is told which transaction was begun. */
export type Begun = (transaction: Transaction) => void

/** Ends in time whatever the browser does: what was begun is taken back. Where it cannot be, says so and waits. */
export function inTime<T>(
  clock: ClockPort,
  run: (begun: Begun) => Promise<T>,
  stuck: () => void,
): Promise<T> {
  let begun: Transaction | undefined
  let late: { readonly name: string } | undefined
  return new Promise((resolve, reject) => {
    const stop = clock.after(PATIENCE_MS, async () => {
      // A page that slept finds this before the reply that came meanwhile.
      for (let turn = 0; turn < GRACE_TURNS; turn += 1) await clock.pause()
      late = { name: 'no reply in 5 s' }
      try {
        begun?.abort()
        await clock.pause() // too late to take back: then it is on disk, and that is the reply
        reject(late)
      } catch {
        stuck() // it is being committed: how that ends is the reply
      }
    })
    run((transaction) => {
      if (late) throw late // it was told that nothing happened: so nothing does, however long the opening took
      begun = transaction
    })
      .then(resolve, (error) => reject(late ?? error))
      .finally(stop)
  })
}

import type { Subscription } from 'rxjs'
import type { WitnessPort } from '../ports.ts'
import type { RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'
import type { Outbox } from './outbox.ts'
import type { OutboxState } from './outbox-state.ts'

/**
 * Remembers, outside IndexedDB, how many answers are in it: browsers delete a database without a word, and a new
 * one looks healthy. Tells `lost` how many there were when the database turns out to be a new one.
 */
export function createWitness(
  { name, meta }: RsvpDatabase,
  live: Live,
  { state$, born }: Outbox,
  witness: WitnessPort,
  lost: (answers: number) => void,
) {
  let said: number | undefined
  let isBeginning = false

  function begin(): void {
    if (isBeginning) return
    isBeginning = true
    const before = witness.get(name)
    if (before !== null) lost(Number(before))
    const writing = live.write([meta], (tx) => tx.meta.put({ key: 'birth' }))
    writing
      .then(born, () => undefined) // the next start sees it again
      .finally(() => {
        isBeginning = false
      })
  }

  function see({ isBorn, entries, unreadable }: OutboxState): void {
    const answers = entries.size + unreadable
    if (isBorn === false) begin()
    else if (isBorn && answers !== said) {
      said = answers
      witness.set(name, String(answers))
    }
  }

  return {
    start: (): Subscription => state$.subscribe(see),
    forget: () => witness.set(name, null),
  }
}

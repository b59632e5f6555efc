import type { WitnessPort } from '../ports.ts'
import { type Changes, isTouchedBy } from './changes.ts'
import type { RsvpDatabase, Tables } from './database.ts'
import type { Live } from './live.ts'

/**
 * Remembers, outside IndexedDB, how many answers are in it: browsers delete a database without a word, and a new
 * one looks healthy. Tells `lost` how many there were when the database turns out to be a new one.
 */
export function createWitness(
  { name, meta, outbox }: RsvpDatabase,
  live: Live,
  witness: WitnessPort,
  lost: (answers: number) => void,
) {
  /** Both from one snapshot: the answers of the database that was, or of the one that is. */
  const read = async (tx: Tables) => ({
    isBorn: (await tx.meta.get('birth')) !== undefined,
    answers: await tx.outbox.count(),
  })

  const isTouched = (changes?: Changes) =>
    !changes || isTouchedBy(changes, { meta: (key) => key === 'birth', outbox: () => true })

  function begin(): void {
    const before = witness.get(name)
    if (before !== null) lost(Number(before))
    live.write([meta], (tx) => tx.meta.put({ key: 'birth' })).catch(() => undefined) // the next start sees it again
  }

  return {
    start: () =>
      live.watch({ tables: [meta, outbox], read, isTouched, empty: undefined }).subscribe(({ value }) => {
        if (value?.isBorn) witness.set(name, String(value.answers))
        else if (value) begin()
      }),
    forget: () => witness.set(name, null),
  }
}

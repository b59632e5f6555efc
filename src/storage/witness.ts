import type { Subscription } from 'rxjs'
import type { WitnessPort } from '../ports.ts'
import type { RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'
import type { Outbox } from './outbox.ts'

/** There is no database to ask. */
const UNKNOWN = 'unknown'

/**
 * Remembers, outside IndexedDB, how many answers are in it: browsers delete a database without a word, and a new
 * one looks healthy. Tells `lost` how many there were when the database turns out to be a new one.
 */
export function createWitness(
  db: RsvpDatabase,
  live: Live,
  { state$ }: Outbox,
  witness: WitnessPort,
  lost: (answers: number) => void,
) {
  /** Is the database known to be the one that the witness speaks of? */
  let born = false

  async function look(birth: unknown): Promise<void> {
    born = birth !== undefined
    if (born) return tell()
    const before = witness.get(db.name)
    if (before !== null) lost(Number(before))
    await live.write([db.meta], () => db.meta.put({ key: 'birth' }))
  }

  function tell(): void {
    const { loaded, entries } = state$.value
    if (born && loaded) witness.set(db.name, String(entries.size))
  }

  function start(): Subscription {
    const watching = live
      .watch<unknown>([db.meta], () => db.meta.get('birth'), UNKNOWN)
      .subscribe(({ value }) => {
        if (value !== UNKNOWN) look(value).catch(() => undefined)
      })
    watching.add(state$.subscribe(tell))
    return watching
  }

  return { start, forget: () => witness.set(db.name, null) }
}

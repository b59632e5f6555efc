import type { Subscription } from 'rxjs'
import type { EventId } from '../model/ids.ts'
import type { ClockPort } from '../ports.ts'
import type { RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'
import type { Outbox } from './outbox.ts'

export interface WatchersParts {
  readonly db: RsvpDatabase
  readonly live: Live
  readonly outbox: Outbox
  readonly clock: ClockPort
  readonly tabId: string
  /** The events that this tab shows. */
  readonly shown: () => ReadonlySet<EventId>
}

/** How long the other tabs have to answer. A frozen one does not, and reads everything anew when it wakes. */
const PATIENCE_MS = 1_000

/**
 * Asks all tabs of this user what they show, through the database: a row asks, and each answers with a row. The only
 * writer of the rows `asking` and `shown`.
 */
export function createWatchers({ db, live, outbox, clock, tabId, shown }: WatchersParts) {
  const { meta } = db
  let asked = 0
  let answered: string | undefined

  async function ask(): Promise<ReadonlySet<EventId>> {
    asked += 1
    const id = `${tabId}.${asked}`
    answered = id // my own
    await live.write([meta], (tx) => tx.meta.put({ key: 'asking', id }))
    await new Promise<void>((resolve) => clock.after(PATIENCE_MS, resolve))
    const others = await live.write([meta], async (tx) => {
      const rows = await tx.meta.where(':id').startsWith('shown ').toArray()
      await tx.meta.bulkDelete(['asking', ...rows.map(({ key }) => key)]) // those too that came too late for another
      return rows.flatMap((row) => ('askedBy' in row && row.askedBy === id ? row.eventIds : []))
    })
    return new Set([...shown(), ...others])
  }

  const start = (): Subscription =>
    outbox.state$.subscribe(({ asking }) => {
      if (!asking || asking.id === answered) return
      answered = asking.id
      const row = { key: `shown ${tabId}`, askedBy: asking.id, eventIds: [...shown()] } as const
      live.write([meta], (tx) => tx.meta.put(row)).catch(() => undefined) // whoever asked goes on without it
    })

  return { ask, start }
}

import { Observable, Subject, type Subscriber, Subscription } from 'rxjs'
import type { EventId, UserId } from '../model/ids.ts'
import type { TurnChanges } from './changes.ts'
import type { RsvpDatabase } from './database.ts'
import { createFind, type EventFacts } from './find.ts'
import type { Live } from './live.ts'
import { eventsTouchedBy } from './touched.ts'
import type { Snapshot } from './watch.ts'

type Facts = Snapshot<readonly EventFacts[]>

interface Found {
  readonly asked: readonly EventId[]
  readonly byId: ReadonlyMap<EventId, EventFacts>
}

/** As many as one task can ask for without being felt. */
const AT_ONCE = 200

/**
 * Watches single events, one observer each: the facts in a list of one, or of none. All that are wanted at one
 * moment are read in one transaction, and a commit makes only those be read again that it touched: a thousand
 * observers cost little more than one.
 */
export function createEventsWatch(
  db: RsvpDatabase,
  live: Live,
  me: UserId,
  /** A write that is drawn over what was read before it. */
  isDrawn: (turn: number | undefined) => boolean,
) {
  const observers = new Map<EventId, Subscriber<Facts>>()
  const shown = new Map<EventId, EventFacts>()
  const wanted = new Set<EventId>()
  const poke$ = new Subject<void>()
  let running: Subscription | undefined
  let isEmpty = false

  function isTouched(changes?: TurnChanges): boolean {
    if (isDrawn(changes?.turn)) return false
    const touched = changes && eventsTouchedBy(changes, me, shown.values())
    for (const eventId of touched ?? observers.keys()) if (observers.has(eventId)) wanted.add(eventId)
    return wanted.size > 0
  }

  const { events, responses, users, files, outbox } = db
  const watching$ = live.watch<Found | undefined>({
    tables: [events, responses, users, files, outbox],
    isTouched,
    pokes$: poke$,
    empty: undefined,
    async read(tables) {
      const asked = [...wanted].sort().slice(0, AT_ONCE) // side by side on disk, where many are wanted
      for (const eventId of asked) wanted.delete(eventId)
      const found = await createFind(tables, me).eventsById(asked)
      return { asked, byId: new Map(found.map((facts) => [facts.event.eventId, facts])) }
    },
  })

  function tell({ turn, value }: Snapshot<Found | undefined>): void {
    isEmpty = value === undefined
    for (const eventId of value?.asked ?? observers.keys()) {
      const facts = value?.byId.get(eventId)
      if (facts) shown.set(eventId, facts)
      else shown.delete(eventId)
      observers.get(eventId)?.next({ turn, value: facts ? [facts] : [] })
    }
    if (wanted.size > 0) poke$.next()
  }

  return (eventId: EventId): Observable<Facts> =>
    new Observable((observer) => {
      observers.set(eventId, observer)
      wanted.add(eventId)
      if (isEmpty) observer.next({ turn: 0, value: [] })
      if (running) poke$.next()
      else {
        running = new Subscription() // first: an observer may leave with its first value
        running.add(watching$.subscribe(tell))
      }
      return () => {
        for (const kept of [observers, shown, wanted]) kept.delete(eventId)
        if (observers.size > 0) return
        running?.unsubscribe()
        running = undefined
      }
    })
}

import { Observable } from 'rxjs'
import type { EventId, UserId } from '../model/ids.ts'
import type { AttendeesQuery, EventsQuery } from '../model/queries.ts'
import { nextWindowChange } from '../model/rsvp-window.ts'
import type { ClockPort, Stop } from '../ports.ts'
import type { RsvpDatabase } from '../storage/database.ts'
import type { EventFacts, Find } from '../storage/find.ts'
import type { Live, Snapshot } from '../storage/live.ts'
import { attendeesOf } from './attendees.ts'
import { type AttendeeView, type EventView, overlay, type Tap } from './overlay.ts'
import { shared } from './share.ts'
import type { Taps } from './taps.ts'

export interface ViewParts {
  readonly db: RsvpDatabase
  readonly live: Live
  readonly find: Find
  readonly taps: Taps
  readonly clock: ClockPort
  readonly me: UserId
  readonly closing: AbortSignal
  /** What is watched now, as what would refresh it. */
  readonly watched: Set<Refresh>
}

/** Brings rows in for a view. */
export type Refresh = () => Promise<unknown>

/** A view of one moment. Equal stamps mean equal values: nothing is emitted for them. */
interface Drawn<V> {
  readonly value: V
  readonly stamp: string
  /** When the clock alone changes the value. */
  readonly until?: number
}

/** How one view comes about. */
interface Plan<F, V> {
  readonly key: string
  readonly pull: Refresh
  readonly read: () => Promise<F>
  readonly empty: F
  /** Taps on other events cannot change it. */
  readonly onlyEvent?: EventId
  readonly draw: (facts: F, tapOf: TapOf) => Drawn<V>
}

type TapOf = (eventId: EventId) => Tap | undefined

const NEVER = Number.POSITIVE_INFINITY

/** The observable queries. One live query a key, however many observers; released with the last of them. */
export function createQueries({ db, live, find, taps, clock, me, closing, watched }: ViewParts) {
  const { events, responses, outbox, users, files } = db
  const tables = [events, responses, outbox, users, files]
  const viewsByKey = new Map<string, Observable<unknown>>()

  function event$(eventId: EventId, pull: Refresh): Observable<EventView | undefined> {
    const draw = drawer()
    return view$({
      key: `event ${eventId}`,
      pull,
      read: () => find.event(eventId),
      empty: undefined,
      onlyEvent: eventId,
      draw: (facts, tapOf) => (facts ? draw(facts, tapOf) : { value: undefined, stamp: '' }),
    })
  }

  function events$(query: EventsQuery, pull: Refresh): Observable<readonly EventView[]> {
    const draw = drawer()
    const { myStatus, limit } = query
    return view$({
      key: `events ${JSON.stringify(query)}`,
      pull,
      read: () => find.events(query),
      empty: [],
      draw(facts, tapOf) {
        const drawn = facts.map((one) => draw(one, tapOf))
        const isWanted = ({ value: { myRsvp } }: Drawn<EventView>) =>
          !myStatus || (myRsvp.status !== null && myStatus.includes(myRsvp.status))
        const listed = drawn.filter(isWanted).slice(0, limit)
        return {
          value: Object.freeze(listed.map(({ value }) => value)),
          stamp: listed.map(({ stamp }) => stamp).join(),
          until: Math.min(...drawn.map(({ until = NEVER }) => until)),
        }
      },
    })
  }

  function attendees$(
    eventId: EventId,
    query: AttendeesQuery,
    pull: Refresh,
  ): Observable<readonly AttendeeView[]> {
    return view$({
      key: `attendees ${eventId} ${JSON.stringify(query)}`,
      pull,
      read: () => find.attendees(eventId, query),
      empty: { mine: { response: undefined, user: undefined, avatar: undefined }, all: [], entry: undefined },
      onlyEvent: eventId,
      draw(facts, tapOf) {
        const value = attendeesOf({ eventId, me, query, facts, tap: tapOf(eventId) })
        return { value, stamp: JSON.stringify(value) }
      },
    })
  }

  /** Draws event views, and gives the same object again while nothing in it changed. */
  function drawer() {
    const lastById = new Map<string, Drawn<EventView>>()
    return ({ event, response, entry, host, cover }: EventFacts, tapOf: TapOf): Drawn<EventView> => {
      const { row } = event
      const now = clock.now()
      const value = overlay(
        {
          event: row,
          response: response?.row,
          host: host?.row,
          cover: cover?.row,
          entry,
          tap: tapOf(row.eventId),
        },
        now,
      )
      const rows = [event, response, host, cover].map((kept) => kept?.asOf)
      const stamp = JSON.stringify([row.eventId, rows, value.myRsvp, value.rsvpWindow])
      const last = lastById.get(row.eventId)
      if (last?.stamp === stamp) return last
      const drawn = { value: Object.freeze(value), stamp, until: nextWindowChange(row, now) ?? NEVER }
      lastById.set(row.eventId, drawn)
      return drawn
    }
  }

  /** Draws each snapshot, and draws it again when a tap pokes or the clock passes a border; emits what is new. */
  function view$<F, V>({ key, pull, read, empty, onlyEvent, draw }: Plan<F, V>): Observable<V> {
    const drawn$ = new Observable<V>((observer) => {
      watched.add(pull)
      let snapshot: Snapshot<F> | undefined
      let last: Drawn<V> | undefined
      let stopTick: Stop | undefined
      const redraw = () => {
        if (!snapshot) return
        const { turn, value } = snapshot
        const next = draw(value, (eventId) => taps.tapOf(eventId, turn))
        const { stamp, until = NEVER } = next
        if (until !== last?.until) {
          stopTick?.()
          stopTick = until < NEVER ? clock.at(until, redraw) : undefined
        }
        const isNew = stamp !== last?.stamp
        last = next
        if (isNew) observer.next(next.value)
      }
      const watching = live.watch(tables, read, empty).subscribe((next) => {
        snapshot = next
        redraw()
      })
      watching.add(taps.changes$.subscribe((eventId) => (onlyEvent ?? eventId) === eventId && redraw()))
      return () => {
        viewsByKey.delete(key)
        watched.delete(pull)
        stopTick?.()
        watching.unsubscribe()
      }
    })
    const view = (viewsByKey.get(key) as Observable<V> | undefined) ?? shared(drawn$, closing)
    viewsByKey.set(key, view)
    return view
  }

  return { event$, events$, attendees$ }
}

import {
  combineLatest,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  map,
  merge,
  type Observable,
  ReplaySubject,
  type Subject,
  Subject as Source,
  share,
  startWith,
  switchMap,
  takeUntil,
  tap,
} from 'rxjs'
import type { EventId, UserId } from '../model/ids.ts'
import type { AttendeesQuery, EventsQuery } from '../model/queries.ts'
import { nextWindowChange } from '../model/rsvp-window.ts'
import type { ClockPort } from '../ports.ts'
import type { RsvpDatabase } from '../storage/database.ts'
import type { EventFacts, Find } from '../storage/find.ts'
import { at$, type Live, type Snapshot } from '../storage/live.ts'
import { type AttendeeView, attendeesOf } from './attendees.ts'
import { type EventView, overlay, type Tap } from './overlay.ts'
import type { Taps } from './taps.ts'

export interface ViewParts {
  readonly db: RsvpDatabase
  readonly live: Live
  readonly find: Find
  readonly taps: Taps
  readonly clock: ClockPort
  readonly me: UserId
  readonly closed$: Observable<void>
}

/** A view of one moment. Equal stamps mean equal values: nothing is emitted for them. */
interface Drawn<V> {
  readonly value: V
  readonly stamp: string
  /** When the clock alone changes the value. */
  readonly until?: number | undefined
}

export type Queries = ReturnType<typeof createQueries>

/** The observable queries. One live query a key, however many observers; released with the last of them. */
export function createQueries({ db, live, find, taps, clock, me, closed$ }: ViewParts) {
  const shared = new Map<string, Observable<unknown>>()

  function event$(eventId: EventId): Observable<EventView | undefined> {
    const tables = [db.events, db.responses, db.outbox, db.users, db.files]
    return once(`event ${eventId}`, () => {
      const draw = drawEvent()
      const facts$ = live.watch(tables, () => find.event(eventId), undefined)
      return view$(facts$, taps.changes$.pipe(filter((id) => id === eventId)), ({ turn, value }) =>
        value ? draw(value, taps.tapOf(eventId, turn)) : { value: undefined, stamp: '' },
      )
    })
  }

  function events$(query: EventsQuery): Observable<readonly EventView[]> {
    const tables = [db.events, db.responses, db.outbox, db.users, db.files]
    return once(`events ${JSON.stringify(query)}`, () => {
      const draw = drawEvent()
      const facts$ = live.watch(tables, () => find.events(query), [])
      return view$(facts$, taps.changes$, ({ turn, value }) => {
        const drawn = value.map((facts) => draw(facts, taps.tapOf(facts.event.row.eventId, turn)))
        const { myStatus } = query
        const shown = myStatus
          ? drawn.filter(({ value: { myRsvp } }) => myRsvp.status && myStatus.includes(myRsvp.status))
          : drawn
        const listed = shown.slice(0, query.limit)
        return {
          value: Object.freeze(listed.map((item) => item.value)),
          stamp: listed.map((item) => item.stamp).join('|'),
          until: Math.min(...drawn.map((item) => item.until ?? Number.POSITIVE_INFINITY)),
        }
      })
    })
  }

  function attendees$(eventId: EventId, query: AttendeesQuery): Observable<readonly AttendeeView[]> {
    const tables = [db.responses, db.outbox, db.users, db.files]
    return once(`attendees ${eventId} ${JSON.stringify(query)}`, () => {
      const empty = { responses: [], mine: undefined, entry: undefined, usersById: new Map(), filesById: new Map() }
      const facts$ = live.watch(tables, () => find.attendees(eventId, query), empty)
      return view$(facts$, taps.changes$.pipe(filter((id) => id === eventId)), ({ turn, value }) => {
        const attendees = attendeesOf({ eventId, me, query, facts: value, tap: taps.tapOf(eventId, turn) })
        return { value: Object.freeze(attendees), stamp: JSON.stringify(attendees) }
      })
    })
  }

  /** Draws event views, and gives the same object again while nothing in it changed. */
  function drawEvent(): (facts: EventFacts, tap: Tap | undefined) => Drawn<EventView> {
    const lastById = new Map<string, Drawn<EventView>>()
    return ({ event, response, entry, host, cover }, tap) => {
      const now = clock.now()
      const parts = { event: event.row, response: response?.row, host: host?.row, cover: cover?.row, entry, tap }
      const value = overlay(parts, now)
      const rows = [event, response, host, cover].map((kept) => kept?.asOf)
      const stamp = JSON.stringify([event.row.eventId, rows, value.myRsvp, value.rsvpWindow])
      const last = lastById.get(event.row.eventId)
      if (last?.stamp === stamp) return last
      const drawn = { value: Object.freeze(value), stamp, until: nextWindowChange(event.row, now) }
      lastById.set(event.row.eventId, drawn)
      return drawn
    }
  }

  /** Draws each snapshot again when a tap pokes or the clock passes a border; emits what is new. */
  function view$<F, V>(
    snapshots$: Observable<Snapshot<F>>,
    pokes$: Observable<unknown>,
    draw: (snapshot: Snapshot<F>) => Drawn<V>,
  ): Observable<V> {
    return defer(() => {
      const plan$: Subject<number> = new Source()
      const ticks$ = plan$.pipe(
        distinctUntilChanged(),
        switchMap((moment) => (Number.isFinite(moment) ? at$(clock, moment) : EMPTY)), // only the soonest counts
      )
      return combineLatest([snapshots$, merge(pokes$, ticks$).pipe(startWith(undefined))]).pipe(
        map(([snapshot]) => draw(snapshot)),
        tap(({ until }) => plan$.next(until ?? Number.POSITIVE_INFINITY)),
        distinctUntilChanged((a, b) => a.stamp === b.stamp),
        map(({ value }) => value),
      )
    })
  }

  function once<V>(key: string, make: () => Observable<V>): Observable<V> {
    const known = shared.get(key) as Observable<V> | undefined
    if (known) return known
    const view = make().pipe(
      takeUntil(closed$),
      finalize(() => shared.delete(key)),
      share({ connector: () => new ReplaySubject(1), resetOnRefCountZero: true }),
    )
    shared.set(key, view)
    return view
  }

  return { event$, events$, attendees$ }
}


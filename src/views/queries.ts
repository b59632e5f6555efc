import { Observable } from 'rxjs'
import type { EventId, UserId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import type { AttendeesQuery, EventsQuery } from '../model/queries.ts'
import { nextWindowChange } from '../model/rsvp-window.ts'
import type { ClockPort, Stop } from '../ports.ts'
import { isTouchedBy, type Matters } from '../storage/changes.ts'
import type { RsvpDatabase } from '../storage/database.ts'
import { createFind, type EventFacts, type Find } from '../storage/find.ts'
import type { Live } from '../storage/live.ts'
import { derived$ } from '../storage/streams.ts'
import type { Snapshot } from '../storage/watch.ts'
import { createEventsWatch } from '../storage/watch-events.ts'
import { attendeesOf } from './attendees.ts'
import { type AttendeeView, type EventView, overlay } from './overlay.ts'
import { shared } from './share.ts'
import type { Taps } from './taps.ts'

export interface ViewParts {
  readonly db: RsvpDatabase
  readonly live: Live
  readonly me: UserId
  readonly taps: Taps
  readonly clock: ClockPort
  readonly closed$: Observable<never>
  /** What is watched now, as what would refresh it. */
  readonly watched: Set<Refresh>
}

/** Brings rows in for a view. */
export type Refresh = () => Promise<unknown>

/** A view of one moment. */
interface Drawn<V> {
  /** Whose view it is, and of what: equal stamps mean equal views. */
  readonly stamp: string
  readonly view: V
  /** When the clock alone changes it. */
  readonly until?: Moment | undefined
}

/** How the views of one query come about. */
interface Plan<F, V> {
  readonly key: string
  readonly pull: Refresh
  /** Taps on other events cannot change it. */
  readonly onlyEvent?: EventId
  readonly snapshots$: Observable<Snapshot<readonly F[]>>
  readonly draw: (snapshot: Snapshot<readonly F[]>) => readonly Drawn<V>[]
}

const NEVER = Number.POSITIVE_INFINITY
const every = () => true

/** The observable queries. One watched query a key, however many observers; released with the last of them. */
export function createQueries({ db, live, me, taps, clock, closed$, watched }: ViewParts) {
  const viewsByKey = new Map<string, Observable<unknown>>()
  const watchEvent = createEventsWatch(db, live, me, taps.isTap)
  const { events, responses, users, files, outbox } = db
  const watch = <F>(
    read: (find: Find) => Promise<readonly F[]>,
    matters: Matters,
    isDrawn: (turn: number | undefined) => boolean = taps.isTap,
  ) =>
    live.watch<readonly F[]>({
      tables: [events, responses, users, files, outbox],
      read: (tables) => read(createFind(tables, me)),
      isTouched: (changes) =>
        !changes ||
        (!isDrawn(changes.turn) && isTouchedBy(changes, { users: every, files: every, ...matters })),
      empty: [],
    })

  function event$(eventId: EventId, pull: Refresh): Observable<EventView | undefined> {
    const list$ = views$({
      key: `event ${eventId}`,
      pull,
      onlyEvent: eventId,
      snapshots$: watchEvent(eventId),
      draw: drawEvents,
    })
    return derived$(list$, ([view]) => view, Object.is)
  }

  function events$(query: EventsQuery, pull: Refresh): Observable<readonly EventView[]> {
    const { myStatus, limit } = query
    const isWanted = ({ view: { myRsvp } }: Drawn<EventView>) =>
      !myStatus || (myRsvp.status !== null && myStatus.includes(myRsvp.status))
    return views$({
      key: `events ${JSON.stringify(query)}`,
      pull,
      snapshots$: watch(
        (find) => find.events(query),
        { events: every, outbox: every, responses: ([, userId]) => userId === me },
        // Where my status decides what is listed, a tap may bring in what was not read.
        (turn) => !myStatus && taps.isTap(turn),
      ),
      draw: (snapshot) => drawEvents(snapshot).filter(isWanted).slice(0, limit),
    })
  }

  function attendees$(
    eventId: EventId,
    query: AttendeesQuery,
    pull: Refresh,
  ): Observable<readonly AttendeeView[]> {
    return views$({
      key: `attendees ${eventId} ${JSON.stringify(query)}`,
      pull,
      onlyEvent: eventId,
      snapshots$: watch((find) => find.attendees(eventId, query), {
        responses: ([id]) => id === eventId,
        outbox: (id) => id === eventId,
      }),
      draw: ({ turn, value }) =>
        attendeesOf(value, query, taps.tapOf(eventId, turn)).map((view) => ({
          stamp: JSON.stringify(view),
          view,
        })),
    })
  }

  /** The rows' ages stand for the rows: to write out a long list at each tap would take too long. */
  function drawEvents({ turn, value }: Snapshot<readonly EventFacts[]>): Drawn<EventView>[] {
    const now = clock.now()
    return value.map((facts) => {
      const { eventId } = facts.event
      const view = overlay({ ...facts, tap: taps.tapOf(eventId, turn) }, now)
      const stamp = JSON.stringify([eventId, facts.ages, view.myRsvp, view.rsvpWindow])
      return { stamp, view, until: nextWindowChange(view, now) }
    })
  }

  /**
   * Draws each snapshot, and draws it again when a tap pokes or the clock passes a border. Emits what is new;
   * a view in which nothing changed is the same object again.
   */
  function views$<F, V>({ key, pull, onlyEvent, snapshots$, draw }: Plan<F, V>): Observable<readonly V[]> {
    const drawn$ = new Observable<readonly V[]>((observer) => {
      watched.add(pull)
      let snapshot: Snapshot<readonly F[]> | undefined
      let shown: ReadonlyMap<string, V> | undefined
      let stopTick: Stop | undefined
      const redraw = () => {
        if (!snapshot) return
        const last = shown
        const drawn = draw(snapshot)
        shown = new Map(drawn.map(({ stamp, view }) => [stamp, last?.get(stamp) ?? Object.freeze(view)]))
        const until = drawn.reduce((soonest, { until = NEVER }) => Math.min(soonest, until), NEVER)
        stopTick?.()
        stopTick = until < NEVER ? clock.at(until, redraw) : undefined
        if (!last || [...last.keys()].join() !== [...shown.keys()].join())
          observer.next(Object.freeze([...shown.values()]))
      }
      const watching = snapshots$.subscribe((next) => {
        snapshot = next
        redraw()
      })
      watching.add(taps.pokes$(onlyEvent).subscribe(redraw))
      return () => {
        viewsByKey.delete(key)
        watched.delete(pull)
        stopTick?.()
        watching.unsubscribe()
      }
    })
    // Found when it is watched: one that was let go and is watched again must not stand beside another of its key.
    return new Observable((observer) => {
      const views = (viewsByKey.get(key) as typeof drawn$ | undefined) ?? shared(drawn$, closed$)
      viewsByKey.set(key, views)
      return views.subscribe(observer)
    })
  }

  return { event$, events$, attendees$ }
}

import type { Observable } from 'rxjs'
import type { EventId, UserId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import {
  type AttendeesQuery,
  attendeesKey,
  type EventsQuery,
  eventKey,
  eventsKey,
  listKey,
} from '../model/queries.ts'
import { nextWindowChange } from '../model/rsvp-window.ts'
import type { ClockPort } from '../ports.ts'
import { isTouchedBy, type Matters } from '../storage/changes.ts'
import type { Pulled, RsvpDatabase } from '../storage/database.ts'
import { createEventsMemory } from '../storage/events-memory.ts'
import { createFind, type EventFacts, type Find, type Found } from '../storage/find.ts'
import type { Live } from '../storage/live.ts'
import { pulledKey, readPulled } from '../storage/pulled.ts'
import { derived$ } from '../storage/streams.ts'
import type { Snapshot } from '../storage/watch.ts'
import { createEventsWatch } from '../storage/watch-events.ts'
import { attendeesOf } from './attendees.ts'
import { createDrawing, type Drawn, type KeepFresh } from './drawing.ts'
import type { ListMarks, ListView } from './list.ts'
import { type AttendeeView, type EventView, overlay, type Tap } from './overlay.ts'
import type { Taps } from './taps.ts'

export interface ViewParts {
  readonly db: RsvpDatabase
  readonly live: Live
  readonly me: UserId
  readonly taps: Taps
  readonly clock: ClockPort
  readonly closed$: Observable<never>
}

/** What the views of a list are made of. */
interface Listed<F> extends Found<F> {
  readonly pulled: Pulled | undefined
}

const NEVER = Number.POSITIVE_INFINITY
const every = () => true
/** Whoever is shown, is shown as they are now. */
const SHOWN: Matters = { users: every, files: every }
const isOf = (pullKey: string) => (key: string) => key === pulledKey(pullKey)

const marksOf = (isCut: boolean, pulled: Pulled | undefined): ListMarks => ({
  hasMore: isCut || pulled?.next.some((token) => token !== null),
  isComplete: pulled !== undefined,
})

/** The observable queries. One watched query a key, however many observers; released with the last of them. */
export function createQueries({ db, live, me, taps, clock, closed$ }: ViewParts) {
  const drawing = createDrawing(taps, clock, closed$)
  const { views$ } = drawing
  const watchEvent = createEventsWatch(db, live, me, taps.isTap)
  const { events, responses, users, files, outbox, meta } = db
  /** What no tap is laid over stays as it was drawn, until the clock changes it: of a long list, a tap draws one event. */
  const lastDrawn = new WeakMap<EventFacts, { readonly at: Moment; readonly drawn: Drawn<EventView> }>()
  const watchRemembering = createEventsMemory(live, me)
  const watch = <F>(
    /** Of the pull that brings the list in. */
    pullKey: string,
    read: (find: Find) => Promise<Found<F>>,
    matters: Matters,
    isDrawn: (turn: number | undefined) => boolean = taps.isTap,
  ) =>
    watchRemembering<Listed<F>>({
      tables: [events, responses, users, files, outbox, meta],
      async read(tables, recall) {
        const find = createFind(tables, me, recall)
        const [found, pulled] = await Promise.all([read(find), readPulled(tables, pullKey)])
        return { ...found, pulled }
      },
      isTouched: (changes) =>
        !changes ||
        (!isDrawn(changes.turn) && isTouchedBy(changes, { ...SHOWN, ...matters, meta: isOf(pullKey) })),
      empty: { rows: [], isCut: false, pulled: undefined },
    })

  function event$(eventId: EventId, keepFresh: KeepFresh): Observable<EventView | undefined> {
    const list$ = views$({
      key: eventKey(eventId),
      keepFresh,
      onlyEvent: eventId,
      snapshots$: watchEvent(eventId),
      draw: (snapshot) => ({ drawn: drawEvents(snapshot), hasMore: false, isComplete: true }),
    })
    return derived$(list$, ([view]) => view, Object.is)
  }

  function events$(query: EventsQuery, keepFresh: KeepFresh): Observable<ListView<EventView>> {
    const { myStatus, limit } = query
    const isWanted = ({ view: { myRsvp } }: Drawn<EventView>) =>
      !myStatus || (myRsvp.status !== null && myStatus.includes(myRsvp.status))
    return views$({
      key: eventsKey(query),
      keepFresh,
      snapshots$: watch(
        listKey(query),
        (find) => find.events(query),
        { events: every, outbox: every, responses: ([, userId]) => userId === me },
        // Where my status decides what is listed, a tap may bring in what was not read.
        (turn) => !myStatus && taps.isTap(turn),
      ),
      draw({ turn, value: { rows, isCut, pulled } }) {
        const drawn = drawEvents({ turn, value: rows }).filter(isWanted)
        // What was read for its status may no longer have it: only what is drawn is cut off.
        const isLonger = drawn.length > (limit ?? NEVER) || (isCut && !myStatus)
        return { drawn: drawn.slice(0, limit), ...marksOf(isLonger, pulled) }
      },
    })
  }

  function attendees$(
    eventId: EventId,
    query: AttendeesQuery,
    keepFresh: KeepFresh,
  ): Observable<ListView<AttendeeView>> {
    const key = attendeesKey(eventId, query)
    return views$({
      key,
      keepFresh,
      onlyEvent: eventId,
      snapshots$: watch(key, (find) => find.attendees(eventId, query), {
        responses: ([id]) => id === eventId,
        outbox: (id) => id === eventId,
      }),
      draw({ turn, value: { rows, isCut, pulled } }) {
        const views = attendeesOf(rows, query, taps.tapOf(eventId, turn))
        const drawn = views.map((view) => ({ stamp: JSON.stringify(view), view }))
        return { drawn, ...marksOf(isCut, pulled) }
      },
    })
  }

  function drawEvents({ turn, value }: Snapshot<readonly EventFacts[]>): Drawn<EventView>[] {
    const now = clock.now()
    return value.map((facts) => {
      const tap = taps.tapOf(facts.event.eventId, turn)
      const last = tap ? undefined : lastDrawn.get(facts)
      if (last && last.at <= now && now < (last.drawn.until ?? NEVER)) return last.drawn
      const drawn = drawEvent(facts, tap, now)
      if (!tap) lastDrawn.set(facts, { at: now, drawn })
      return drawn
    })
  }

  /** The rows' ages stand for the rows: to write out a long list would take too long. */
  function drawEvent(facts: EventFacts, tap: Tap | undefined, now: Moment): Drawn<EventView> {
    const view = overlay({ ...facts, tap }, now)
    const stamp = JSON.stringify([view.eventId, facts.ages, view.myRsvp, view.rsvpWindow])
    return { stamp, view, until: nextWindowChange(view, now) }
  }

  return { event$, events$, attendees$, watched: drawing.watched }
}

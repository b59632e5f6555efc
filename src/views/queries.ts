import type { Observable } from 'rxjs'
import type { EventId, UserId } from '../model/ids.ts'
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
import { type AttendeeView, type EventView, overlay } from './overlay.ts'
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

  return { event$, events$, attendees$, watched: drawing.watched }
}

import type { EventId } from '../model/ids.ts'
import {
  type AttendeesQuery,
  attendeesKey,
  type EventsQuery,
  eventKey,
  eventsKey,
  listKey,
  MY_RSVPS_KEY,
  rsvpsKey,
} from '../model/queries.ts'
import type { Page } from '../remote/remote.ts'
import type { Answer, RsvpApi } from '../remote/rsvp-api.ts'

export type Question = (page: Page, signal: AbortSignal | undefined) => Promise<Answer>

/** Something that the server can be asked for: a list, or one event. */
export interface Pullable {
  /** The same for the same thing, in any tab. */
  readonly key: string
  /** One after the other; each has pages of its own. */
  readonly questions: readonly Question[]
  /** Rows of each question. */
  readonly limit?: number | undefined
  /** Where it is one event: a list that names it has brought it too. */
  readonly eventId?: EventId
  /** Where it is a list of events: what it should have named and did not has changed. */
  readonly query?: EventsQuery
}

/** What can be pulled, as the API is asked for it. */
export function createPullables(api: RsvpApi) {
  const event = (eventId: EventId): Pullable => ({
    key: eventKey(eventId),
    eventId,
    limit: 1,
    questions: [(_, signal) => api.event(eventId, { signal })],
  })

  const rsvps = ({ status, limit }: AttendeesQuery): Pullable => ({
    key: rsvpsKey({ status, limit }),
    limit,
    questions: [(page, signal) => api.myRsvps({ status }, page, signal)],
  })

  const events = (query: EventsQuery): Pullable => {
    const { myStatus, onlyAttendee, limit, status = [undefined] } = query
    if (myStatus && !onlyAttendee) return { ...rsvps({ status: myStatus, limit }), key: eventsKey(query) }
    return {
      key: eventsKey(query),
      query,
      limit,
      // As the API takes one status at a time.
      questions: status.map(
        (one) => (page, signal) =>
          api.events({ ...query, status: one === undefined ? one : [one] }, page, signal),
      ),
    }
  }

  const attendees = (eventId: EventId, query: AttendeesQuery): Pullable => ({
    key: attendeesKey(eventId, query),
    limit: query.limit,
    questions: [(page, signal) => api.attendees(eventId, { status: query.status }, page, signal)],
  })

  const mine: Pullable = { ...rsvps({ status: undefined, limit: undefined }), key: MY_RSVPS_KEY }

  /** What a list of events shows; the events alone say nothing of my answers to them. */
  const list = (query: EventsQuery): readonly [Pullable, ...Pullable[]] =>
    listKey(query) === MY_RSVPS_KEY ? [mine] : [events(query), mine]

  return { event, events, list, rsvps, attendees }
}

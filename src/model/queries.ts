import type { RsvpStatus } from './entities.ts'
import type { EventId } from './ids.ts'
import {
  aBoolean,
  aCount,
  aMoment,
  anId,
  aStatus,
  aText,
  fields,
  type MomentInput,
  oneOf,
  some,
  toMoment,
} from './input.ts'
import type { Moment } from './moment.ts'

/** Which events to list or to pull; every field narrows. */
export interface EventsQueryInput {
  /** Starts at this moment or later: epoch ms, a `Date`, or ISO 8601. */
  readonly from?: MomentInput | undefined
  /** Starts at this moment or earlier. */
  readonly to?: MomentInput | undefined
  readonly status?: string | readonly string[] | undefined
  readonly type?: string | undefined
  /** Has at least one of these. */
  readonly tags?: string | readonly string[] | undefined
  /** The community the event belongs to. */
  readonly originId?: string | undefined
  readonly originType?: string | undefined
  /** The creator. */
  readonly userId?: string | undefined
  /** What I last said, the overlay included. */
  readonly myStatus?: RsvpStatus | readonly RsvpStatus[] | undefined
  /** Only those I go to. */
  readonly onlyAttendee?: boolean | undefined
  /** By start time, soonest first, unless asked otherwise; `-` and `desc` turn the order around. */
  readonly orderBy?: 'startTime' | '-startTime' | 'createdAt' | '-createdAt' | 'asc' | 'desc' | undefined
  /** At most this many rows; all when missing. */
  readonly limit?: number | undefined
}

export interface AttendeesQueryInput {
  readonly status?: RsvpStatus | readonly RsvpStatus[] | undefined
  /** At most this many rows; all when missing. */
  readonly limit?: number | undefined
}

/** A checked query, in one form. */
export interface EventsQuery {
  readonly from: Moment | undefined
  readonly to: Moment | undefined
  readonly status: readonly string[] | undefined
  readonly type?: string | undefined
  readonly tags: readonly string[] | undefined
  readonly originId?: string | undefined
  readonly originType?: string | undefined
  readonly userId?: string | undefined
  readonly myStatus: readonly RsvpStatus[] | undefined
  readonly onlyAttendee?: boolean | undefined
  readonly by: 'startTime' | 'createdAt'
  readonly descending: boolean
  readonly limit?: number | undefined
}

export interface AttendeesQuery {
  readonly status: readonly RsvpStatus[] | undefined
  readonly limit: number | undefined
}

const checkAttendees = fields({ status: some(aStatus), limit: aCount })

const checkEvents = fields({
  from: aMoment,
  to: aMoment,
  status: some(aText),
  type: aText,
  tags: some(aText),
  originId: anId,
  originType: aText,
  userId: anId,
  myStatus: some(aStatus),
  onlyAttendee: aBoolean,
  orderBy: oneOf('startTime', '-startTime', 'createdAt', '-createdAt', 'asc', 'desc'),
  limit: aCount,
})

/** Fields in one order, whatever the app's: the same query has the same key. */
export function toEventsQuery(input: EventsQueryInput = {}): EventsQuery {
  checkEvents(input, 'query')
  const { orderBy = '', type, originId, originType, userId, limit, onlyAttendee = false } = input
  return {
    type,
    originId,
    originType,
    userId,
    from: toMoment(input.from),
    to: toMoment(input.to),
    status: many(input.status),
    tags: many(input.tags),
    myStatus: many(input.myStatus) ?? (onlyAttendee ? ['going'] : undefined),
    onlyAttendee: onlyAttendee || undefined,
    by: orderBy.endsWith('createdAt') ? 'createdAt' : 'startTime',
    descending: /^(-|desc)/.test(orderBy),
    limit,
  }
}

export function toAttendeesQuery(input: AttendeesQueryInput = {}): AttendeesQuery {
  checkAttendees(input, 'query')
  return { status: many(input.status), limit: input.limit }
}

const many = <T>(value: T | readonly T[] | undefined): readonly T[] | undefined =>
  value === undefined ? undefined : ([value].flat() as T[])

/** What a question is called, by those who ask it and those who show what came of it. */
export const eventKey = (eventId: EventId) => `event ${eventId}`
export const eventsKey = (query: EventsQuery) => `events ${JSON.stringify(query)}`
export const attendeesKey = (eventId: EventId, query: AttendeesQuery) =>
  `attendees ${eventId} ${JSON.stringify(query)}`
export const rsvpsKey = (query: AttendeesQuery) => `rsvps ${JSON.stringify(query)}`
/** All of my answers. */
export const MY_RSVPS_KEY = rsvpsKey({ status: undefined, limit: undefined })
/** What brings a list of events in: one by my status is found among my answers. */
export const listKey = (query: EventsQuery) =>
  query.myStatus && !query.onlyAttendee ? MY_RSVPS_KEY : eventsKey(query)

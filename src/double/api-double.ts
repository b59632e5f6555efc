import type { Observable } from 'rxjs'
import type { EventRow, ResponseRow, RsvpStatus } from '../model/entities.ts'
import type { FeedMessage } from '../model/feed.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { type Controls, createFront, type SeenRequest } from './front.ts'
import { liveFor } from './live.ts'
import type { ApiDoubleOptions } from './options.ts'
import { isoOf } from './plain-rows.ts'
import { createRateLimiter, PUBLISHED_LIMIT, type RateLimit } from './rate-limit.ts'
import { fillWithSamples } from './sample-data.ts'
import { createSeeded } from './seeded.ts'
import type { AcceptedWrite, Server } from './server.ts'
import { createSession, type Session } from './session.ts'
import { addUser, allEvents, createWorld, eventNow, putEvent, recordAnswer, type World } from './world.ts'

/** The social.plus Events API in memory, behind a web-standard handler. */
export interface ApiDouble extends Controls {
  /**
   * Answers one request as the API would, at any origin. May be detached. Rejects like the global fetch: with a
   * `TypeError` when the mood loses the request or the reply, with the signal's reason when the caller aborts.
   */
  readonly fetch: (request: Request) => Promise<Response>
  /** A token in force: the same one until it expires or is revoked. An unknown user is made. */
  tokenFor(userId: UserId): string
  revoke(token: string): void
  /** Ends every token, or every token of one user. */
  expireTokens(userId?: UserId): void
  /** Another device, or another user, answers; no rule and no mood is asked. Throws where there is no such event. */
  answerAs(userId: UserId, eventId: EventId, status: RsvpStatus): ResponseRow
  /** Adds an event, or lays the given fields over the one of that id. A status other than `scheduled` stays as given. */
  putEvent(fields: Partial<EventRow> & Pick<EventRow, 'eventId'>): EventRow
  /** Soft delete: unknown to every endpoint from here on. Throws where there is no such event. */
  deleteEvent(eventId: EventId): void
  /** Throws where there is no such event. */
  cancelEvent(eventId: EventId): void
  /** Lets a user see and answer the private events of an origin, or no longer. */
  setMember(userId: UserId, originId: string, isMember: boolean): void
  /** Every event as the server sees it now, soft-deleted ones too. */
  events(): readonly EventRow[]
  responses(): readonly ResponseRow[]
  /** The live feed of this user; over HTTP it is at `/api/v1/live?access_token=…`, as Server-Sent Events. */
  live(userId: UserId): Observable<FeedMessage>
  /** Every accepted POST and PUT rsvp, in the order of application. */
  writes(): readonly AcceptedWrite[]
  /** Every request ever made, those lost on the way and preflights too, in the order of arrival. */
  requests(): readonly SeenRequest[]
}

const DAY_MS = 24 * 3_600_000

/** Makes a double with its sample data; two with the same options and the same clock hold the same rows. */
export function createApiDouble(options: ApiDoubleOptions = {}): ApiDouble {
  const { seed = 1, events = 60, users = ['ada', 'bob'], answers = {} } = options
  const clock = options.clock ?? { now: () => Date.now() }
  const now = () => clock.now()
  const world = createWorld(now, options.countersMoveUpdatedAt ?? false)
  fillWithSamples(world, createSeeded(seed), { events, users })
  const answerAs = answerIn(world)
  for (const [userId, statusByEvent] of Object.entries(answers)) {
    for (const [eventId, status] of Object.entries(statusByEvent)) answerAs(userId, eventId, status)
  }

  const session = createSession(now, options.tokenLifetimeMs ?? 30 * DAY_MS, createSeeded(`tokens ${seed}`))
  const { wording = 'post-creates', existsAs = { status: 409, code: 400900 } } = options
  const server: Server = { world, rules: { wording, existsAs }, session, writes: [] }
  const controls: Controls = {
    mood: 'well',
    slowMs: options.slowMs ?? 3_000,
    retryAfter: '2',
    intercept: undefined,
  }
  const limit = limitOf(options.limit)
  const front = createFront(server, clock, controls, limit && createRateLimiter(limit))

  return Object.assign(controls, {
    fetch: front.fetch,
    ...controlsOfSession(world, session),
    ...controlsOfWorld(world),
    answerAs,
    live: (userId: UserId) => liveFor(world, 'http://api.test', userId),
    writes: () => [...server.writes],
    requests: () => [...front.seen],
  })
}

const limitOf = (limit: boolean | RateLimit = false): RateLimit | undefined =>
  limit === true ? PUBLISHED_LIMIT : limit === false ? undefined : limit

function controlsOfSession(world: World, session: Session) {
  const issue = (userId: UserId) =>
    session.issue({ userId, internalId: addUser(world, userId).userInternalId ?? userId })
  return {
    tokenFor: (userId: UserId) => (session.current(userId) ?? issue(userId)).token,
    revoke: session.revoke,
    expireTokens: session.expire,
  }
}

function answerIn(world: World): ApiDouble['answerAs'] {
  return (userId, eventId, status) => recordAnswer(world, eventOf(world, eventId), userId, status)
}

function controlsOfWorld(world: World) {
  return {
    putEvent: (fields: Parameters<ApiDouble['putEvent']>[0]) => {
      const event = putEvent(world, fields)
      addUser(world, event.userId ?? 'organiser')
      return eventNow(world, event)
    },
    deleteEvent: (eventId: EventId) => {
      putEvent(world, {
        eventId: eventOf(world, eventId).eventId,
        isDeleted: true,
        deletedAt: isoOf(world.now()),
      })
    },
    cancelEvent: (eventId: EventId) => {
      putEvent(world, { eventId: eventOf(world, eventId).eventId, status: 'cancelled' })
    },
    setMember: (userId: UserId, originId: string, isMember: boolean) => {
      const members = world.membersByOrigin.get(originId) ?? new Set<UserId>()
      if (isMember) members.add(userId)
      else members.delete(userId)
      world.membersByOrigin.set(originId, members)
    },
    events: () => allEvents(world),
    responses: () => [...world.responsesByEvent.values()].flatMap((rows) => [...rows.values()]),
  }
}

function eventOf(world: World, eventId: EventId) {
  const event = world.eventsById.get(eventId)
  if (!event) throw new RangeError(`The double has no event ${eventId}`)
  return event
}

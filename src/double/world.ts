import type { EventRow, ResponseRow, RsvpStatus, UserRow } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { type Moment, momentOf } from '../model/moment.ts'
import { isoOf, plainEvent, plainUser, type StoredEvent } from './plain-rows.ts'

/** Everything the server knows. */
export interface World {
  readonly now: () => Moment
  /** Does `updatedAt` of an event move when only its counters do? */
  readonly countersMoveUpdatedAt: boolean
  readonly eventsById: Map<EventId, StoredEvent>
  readonly responsesByEvent: Map<EventId, Map<UserId, ResponseRow>>
  readonly usersById: Map<UserId, UserRow>
  readonly membersByOrigin: Map<string, Set<UserId>>
  /** Who hears of each change at once. */
  readonly listeners: Set<(change: Change) => void>
}

/** What has happened, as the live feed calls it. */
export interface Change {
  readonly eventType: string
  readonly eventId: EventId
  readonly response?: ResponseRow
}

export function createWorld(now: () => Moment, countersMoveUpdatedAt: boolean): World {
  return {
    now,
    countersMoveUpdatedAt,
    eventsById: new Map(),
    responsesByEvent: new Map(),
    usersById: new Map(),
    membersByOrigin: new Map(),
    listeners: new Set(),
  }
}

/** An event that names no end counts as over a day after its start. */
const OPEN_END_MS = 24 * 3_600_000

/** The event as a reader sees it now: a scheduled one goes live and ends by the clock. */
export function eventNow(world: World, event: StoredEvent): StoredEvent {
  if (event.status !== 'scheduled') return event
  const start = momentOf(event.startTime) ?? Number.POSITIVE_INFINITY
  const end = momentOf(event.endTime) ?? start + OPEN_END_MS
  const now = world.now()
  if (now < start) return event
  return { ...event, status: now < end ? 'live' : 'ended' }
}

export function findEvent(world: World, eventId: EventId): StoredEvent | undefined {
  const event = world.eventsById.get(eventId)
  return event && event.isDeleted !== true ? eventNow(world, event) : undefined
}

export function allEvents(world: World): readonly StoredEvent[] {
  return Array.from(world.eventsById.values(), (event) => eventNow(world, event))
}

/** Public events to everybody; the others to members of their origin and to their creator. */
export function canSee(world: World, event: EventRow, userId: UserId): boolean {
  if (event.isOriginPublic !== false || event.userId === userId) return true
  return world.membersByOrigin.get(event.originId ?? '')?.has(userId) ?? false
}

export const responsesOf = (world: World, eventId: EventId): readonly ResponseRow[] =>
  Array.from(world.responsesByEvent.get(eventId)?.values() ?? [])

export const responseOf = (world: World, eventId: EventId, userId: UserId): ResponseRow | undefined =>
  world.responsesByEvent.get(eventId)?.get(userId)

/** Strictly later than before, even where the clock stood still. */
function later(world: World, previous: string | null | undefined): string {
  return isoOf(Math.max(world.now(), (momentOf(previous) ?? Number.NEGATIVE_INFINITY) + 1))
}

/** Writes a user's answer and moves the counters. Asks no rule: see `rules.ts`. */
export function recordAnswer(
  world: World,
  event: StoredEvent,
  userId: UserId,
  status: RsvpStatus,
): ResponseRow {
  const user = addUser(world, userId)
  const before = responseOf(world, event.eventId, userId)
  const updatedAt = later(world, before?.updatedAt)
  const row: ResponseRow = {
    eventId: event.eventId,
    userId,
    userInternalId: user.userInternalId ?? userId,
    userPublicId: userId,
    status,
    respondedAt: before?.status === status ? (before.respondedAt ?? updatedAt) : updatedAt,
    createdAt: before?.createdAt ?? updatedAt,
    updatedAt,
  }
  const rows = world.responsesByEvent.get(event.eventId) ?? new Map<UserId, ResponseRow>()
  world.responsesByEvent.set(event.eventId, rows.set(userId, row))
  countAnswer(world, world.eventsById.get(event.eventId) ?? event, before?.status, status)
  const eventType = `event.rsvp.${before ? 'updated' : 'created'}`
  publish(world, { eventType, eventId: event.eventId, response: row })
  return row
}

function countAnswer(world: World, event: StoredEvent, before: string | undefined, after: RsvpStatus): void {
  const change = (counted: RsvpStatus): number => Number(after === counted) - Number(before === counted)
  const [going, interested] = [change('going'), change('interested')]
  if (going === 0 && interested === 0) return
  world.eventsById.set(event.eventId, {
    ...event,
    rsvpCount: event.rsvpCount + going,
    interestedCount: event.interestedCount + interested,
    ...(world.countersMoveUpdatedAt && { updatedAt: later(world, event.updatedAt) }),
  })
}

/**
 * Adds an event, or lays the given fields over the one of that id. `updatedAt` moves unless it is given; a new start
 * takes the end along.
 */
export function putEvent(world: World, fields: Partial<EventRow> & Pick<EventRow, 'eventId'>): StoredEvent {
  const before = world.eventsById.get(fields.eventId) ?? plainEvent(fields.eventId, world.now())
  const [start, end, moved] = [before.startTime, before.endTime, fields.startTime].map(momentOf)
  const shifted =
    start !== undefined && end !== undefined && moved !== undefined ? moved + end - start : undefined
  const event = {
    ...before,
    updatedAt: later(world, before.updatedAt),
    ...(shifted !== undefined && { endTime: isoOf(shifted) }),
    ...fields,
  } as StoredEvent
  const isNew = !world.eventsById.has(event.eventId)
  world.eventsById.set(event.eventId, event)
  publish(world, { eventType: isNew ? 'event.created' : changeOf(before, event), eventId: event.eventId })
  return event
}

function changeOf(before: StoredEvent, { isDeleted, status }: StoredEvent): string {
  if (isDeleted) return 'event.deleted'
  const told: Record<string, string> = { live: 'started', ended: 'ended', cancelled: 'cancelled' }
  return `event.${(status !== before.status && told[status ?? '']) || 'updated'}`
}

function publish(world: World, change: Change): void {
  for (const listener of world.listeners) listener(change)
}

/** The user of that id, made if there is none; the given fields are laid over. */
export function addUser(world: World, userId: UserId, fields: Partial<UserRow> = {}): UserRow {
  const known = world.usersById.get(userId)
  if (known && Object.keys(fields).length === 0) return known
  const user = { ...(known ?? plainUser(userId, world.now())), ...fields }
  world.usersById.set(userId, user)
  return user
}

import type { EventRow } from '../model/entities.ts'
import type { UserId } from '../model/ids.ts'
import { type Moment, momentOf } from '../model/moment.ts'
import { isoOf, type StoredEvent } from './plain-rows.ts'
import { ideaOf } from './sample-ideas.ts'
import { NEIGHBOURS } from './sample-people.ts'
import { hexOf, type Seeded } from './seeded.ts'
import { addUser, type World } from './world.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
/** Plain events are spread over this stretch, which begins at least two days from now. */
const SPREAD_DAYS = 54

type Special = (now: Moment) => Partial<EventRow>

const from = (start: Moment, lengthMs: number): Partial<EventRow> => ({
  startTime: isoOf(start),
  endTime: isoOf(start + lengthMs),
})

/** The last events of a world that is large enough to spare them. */
const SPECIALS: readonly Special[] = [
  () => ({ status: 'cancelled' }),
  () => ({ status: 'cancelled' }),
  (now) => from(now - 2 * DAY_MS, 2 * HOUR_MS),
  (now) => from(now - 30 * MINUTE_MS, 2 * HOUR_MS),
  (now) => from(now + 10 * MINUTE_MS, HOUR_MS),
  () => ({ isOriginPublic: false, originId: 'allotments' }),
  () => ({ isDeleted: true }),
]
const ROOM_FOR_SPECIALS = 12

/** Fills an empty world: neighbours, the given users, events, and what the neighbours answered. */
export function fillWithSamples(
  world: World,
  seeded: Seeded,
  { events, users }: { readonly events: number; readonly users: readonly UserId[] },
): void {
  const neighbours = addPeople(world, seeded, users)
  const plain = events >= ROOM_FOR_SPECIALS ? events - SPECIALS.length : events
  const now = world.now()
  for (let at = 0; at < events; at++) {
    const event = sampleEvent(world, seeded, at, at < plain ? at / plain : seeded.next(), neighbours)
    addAnswers(world, seeded, { ...event, ...SPECIALS[at - plain]?.(now) }, neighbours)
  }
  world.membersByOrigin.set('allotments', new Set(neighbours.slice(0, 8)))
}

function addPeople(world: World, seeded: Seeded, users: readonly UserId[]): readonly UserId[] {
  const joinedAt = isoOf(world.now() - 200 * DAY_MS)
  const dates = { createdAt: joinedAt, updatedAt: joinedAt }
  for (const userId of users) addUser(world, userId, dates)
  const strangers = NEIGHBOURS.filter(([userId]) => !users.includes(userId))
  return strangers.map(([userId, displayName, description], at) => {
    const hashFlag = { bits: 1024, hashes: 7, hash: [hexOf(`${userId} flag`, 8)] }
    addUser(world, userId, {
      ...dates,
      displayName,
      description,
      hashFlag: at % 3 === 0 ? hashFlag : null,
      isBrand: at % 12 === 11,
      metadata: { joined: seeded.between(2019, 2025) },
    })
    return userId
  })
}

function sampleEvent(
  world: World,
  seeded: Seeded,
  at: number,
  howLate: number,
  neighbours: readonly UserId[],
): StoredEvent {
  const eventId = `event-${at + 1}`
  const idea = ideaOf(at)
  const now = world.now()
  const day = Math.floor(now / DAY_MS) + 3 + Math.floor(howLate * SPREAD_DAYS)
  const start = day * DAY_MS + idea.hour * HOUR_MS + seeded.between(0, 3) * 15 * MINUTE_MS
  const host = neighbours[seeded.between(0, neighbours.length - 1)] ?? 'organiser'
  const createdAt = isoOf(now - seeded.between(20 * 24, 40 * 24) * HOUR_MS)
  const hasEnd = seeded.next() < 0.75
  return {
    eventId,
    userId: host,
    userInternalId: hexOf(host),
    userPublicId: host,
    title: idea.title,
    description: idea.description,
    type: idea.place === undefined ? 'virtual' : 'in_person',
    status: 'scheduled',
    isInviteOnly: false,
    startTime: isoOf(start),
    ...(hasEnd && { endTime: isoOf(start + seeded.between(2, 8) * 30 * MINUTE_MS) }),
    ...(idea.place === undefined
      ? { externalUrl: `https://meet.example/${eventId}`, livestreamId: `stream-${eventId}` }
      : { location: idea.place }),
    coverImageFileId: `cover-${eventId}`,
    originId: seeded.pick(['riverside', 'old-town', 'north-hill']),
    originType: 'community',
    discussionCommunityId: `discussion-${eventId}`,
    isLocationVisible: true,
    isOriginPublic: true,
    rsvpCount: 0,
    interestedCount: 0,
    tags: idea.tags,
    metadata: { timezone: seeded.pick(['Europe/Berlin', 'Europe/Lisbon', 'Europe/Warsaw']) },
    path: `net-1/event/${hexOf(eventId)}`,
    isDeleted: false,
    createdAt,
    updatedAt: isoOf((momentOf(createdAt) ?? now) + seeded.between(1, 72) * HOUR_MS),
  }
}

/** Lets each neighbour make up their mind, some time between the announcement and now. */
function addAnswers(world: World, seeded: Seeded, event: StoredEvent, neighbours: readonly UserId[]): void {
  const appeal = 0.15 + seeded.next() * 0.6
  const announced = momentOf(event.updatedAt) ?? world.now()
  const latest = Math.min(world.now(), momentOf(event.startTime) ?? world.now())
  const rows = neighbours
    .filter(() => seeded.next() < appeal)
    .map((userId) => {
      const mood = seeded.next()
      const status = mood < 0.55 ? 'going' : mood < 0.85 ? 'interested' : 'not_going'
      const at = isoOf(Math.floor(announced + seeded.next() * Math.max(0, latest - announced - HOUR_MS)))
      const ids = { eventId: event.eventId, userId, userInternalId: hexOf(userId), userPublicId: userId }
      return { ...ids, status, respondedAt: at, createdAt: at, updatedAt: at }
    })
    .sort((one, other) => (one.createdAt < other.createdAt ? -1 : 1))
  world.responsesByEvent.set(event.eventId, new Map(rows.map((row) => [row.userId, row])))
  const count = (status: string) => rows.filter((row) => row.status === status).length
  const counters = { rsvpCount: count('going'), interestedCount: count('interested') }
  world.eventsById.set(event.eventId, { ...event, ...counters })
}

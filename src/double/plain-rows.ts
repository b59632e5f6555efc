import type { EventRow, UserRow } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import { hexOf } from './seeded.ts'

export const isoOf = (moment: Moment): string => new Date(moment).toISOString()

/** An event as the server keeps it; its status is worked out from the time whenever it is read. */
export type StoredEvent = EventRow & {
  readonly startTime: string
  readonly rsvpCount: number
  readonly interestedCount: number
}

const WEEK_MS = 7 * 24 * 3_600_000

/** What an event is when nothing is said about it: public, without answers, in a week, two hours long. */
export function plainEvent(eventId: EventId, now: Moment): StoredEvent {
  return {
    eventId,
    userId: 'organiser',
    userInternalId: hexOf('organiser'),
    userPublicId: 'organiser',
    title: eventId,
    description: '',
    type: 'in_person',
    status: 'scheduled',
    isInviteOnly: false,
    startTime: isoOf(now + WEEK_MS),
    endTime: isoOf(now + WEEK_MS + 2 * 3_600_000),
    location: 'Town hall',
    coverImageFileId: `cover-${eventId}`,
    originId: 'town',
    originType: 'community',
    discussionCommunityId: `discussion-${eventId}`,
    isLocationVisible: true,
    isOriginPublic: true,
    rsvpCount: 0,
    interestedCount: 0,
    tags: [],
    metadata: { timezone: 'UTC' },
    path: `net-1/event/${eventId}`,
    isDeleted: false,
    createdAt: isoOf(now),
    updatedAt: isoOf(now),
  }
}

/** What a user is when only the id is known. */
export function plainUser(userId: UserId, now: Moment): UserRow {
  const internalId = hexOf(userId)
  const createdAt = isoOf(now)
  return {
    _id: internalId,
    path: `net-1/user/${internalId}`,
    userId,
    userInternalId: internalId,
    userPublicId: userId,
    roles: [],
    permissions: [],
    displayName: userId.charAt(0).toUpperCase() + userId.slice(1),
    profileHandle: userId.toLowerCase(),
    description: '',
    avatarFileId: `avatar-${userId}`,
    flagCount: 0,
    hashFlag: null,
    metadata: {},
    isGlobalBan: false,
    isBrand: false,
    isDeleted: false,
    createdAt,
    updatedAt: createdAt,
  }
}

import type { EventId, FileId, UserId } from './ids.ts'

/** What a person can answer. `not_going` is also how one leaves: the API has no delete. */
export type RsvpStatus = 'going' | 'interested' | 'not_going'
export const RSVP_STATUSES = ['going', 'interested', 'not_going'] as const

/** Keeps the known values in editors and still takes a value that a newer server invents. */
type Open<Known extends string> = Known | (string & {})

export type EventStatus = Open<'scheduled' | 'live' | 'ended' | 'cancelled'>
export type EventType = Open<'virtual' | 'in_person'>
/** ISO 8601 date-time, as the server wrote it. */
export type IsoTime = string

/**
 * An event as the server last told it. Only the id is certain: the API's document marks nothing as required.
 * Fields a newer server adds are kept.
 */
export interface EventRow {
  readonly eventId: EventId
  /** The creator. */
  readonly userId?: UserId
  readonly publicId?: string
  readonly userPublicId?: string
  readonly userInternalId?: string
  readonly publisherId?: string | null
  readonly publisherInternalId?: string | null
  readonly publisherPublicId?: string | null
  readonly title?: string
  readonly description?: string | null
  readonly type?: EventType
  readonly status?: EventStatus
  readonly startTime?: IsoTime
  readonly endTime?: IsoTime | null
  readonly location?: string | null
  readonly externalUrl?: string | null
  readonly coverImageFileId?: FileId | null
  readonly originId?: string
  readonly originType?: Open<'community' | 'user'>
  readonly livestreamId?: string | null
  readonly postId?: string | null
  readonly path?: string | null
  readonly discussionCommunityId?: string | null
  readonly isInviteOnly?: boolean | null
  readonly isLocationVisible?: boolean | null
  readonly isOriginPublic?: boolean
  /** How many answered `going`. */
  readonly rsvpCount?: number
  /** How many answered `interested`. `not_going` is counted nowhere. */
  readonly interestedCount?: number
  readonly tags?: readonly string[] | null
  readonly metadata?: unknown
  readonly isDeleted?: boolean | null
  readonly createdAt?: IsoTime
  readonly updatedAt?: IsoTime | null
  readonly deletedAt?: IsoTime | null
  readonly [unknownField: string]: unknown
}

/** One user's answer to one event; identity is the pair. */
export interface ResponseRow {
  readonly eventId: EventId
  readonly userId: UserId
  readonly status: Open<RsvpStatus>
  readonly userInternalId?: string
  readonly userPublicId?: string
  readonly respondedAt?: IsoTime | null
  readonly createdAt?: IsoTime
  readonly updatedAt?: IsoTime | null
  readonly [unknownField: string]: unknown
}

export interface UserRow {
  readonly userId: UserId
  readonly _id?: string
  readonly path?: string
  readonly userInternalId?: string
  readonly userPublicId?: string
  readonly roles?: readonly string[]
  readonly permissions?: readonly string[]
  readonly displayName?: string | null
  readonly profileHandle?: string | null
  readonly description?: string | null
  readonly avatarFileId?: FileId | null
  readonly avatarCustomUrl?: string | null
  readonly flagCount?: number
  readonly hashFlag?: unknown
  readonly metadata?: unknown
  readonly isGlobalBan?: boolean
  readonly isGlobalBanned?: boolean
  readonly isBrand?: boolean
  readonly isDeleted?: boolean | null
  readonly createdAt?: IsoTime
  readonly updatedAt?: IsoTime | null
  readonly [unknownField: string]: unknown
}

export interface FileRow {
  readonly fileId: FileId
  readonly fileUrl?: string
  readonly type?: Open<'image' | 'file' | 'video' | 'clip' | 'audio'>
  readonly accessType?: Open<'public' | 'network'>
  readonly altText?: string | null
  readonly attributes?: FileAttributes | null
  readonly createdAt?: IsoTime
  readonly updatedAt?: IsoTime | null
  readonly [unknownField: string]: unknown
}

export interface FileAttributes {
  readonly name?: string
  readonly extension?: string
  /** Bytes; a number in the API's document, a string in its SDK. */
  readonly size?: number | string
  readonly mimeType?: string
  readonly metadata?: unknown
  readonly [unknownField: string]: unknown
}

/** The tables that hold the server's rows. */
export const MIRROR_TABLES = ['events', 'responses', 'users', 'files'] as const
export type MirrorTable = (typeof MIRROR_TABLES)[number]

export interface MirrorRows {
  readonly events: EventRow
  readonly responses: ResponseRow
  readonly users: UserRow
  readonly files: FileRow
}

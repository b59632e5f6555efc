import * as z from 'zod/mini'
import { momentOf } from './moment.ts'

const id = z.string().check(z.minLength(1))
const text = z.optional(z.string())
const flag = z.optional(z.boolean())
const count = z.optional(z.number())
const texts = z.optional(z.array(z.string()))
const isoTime = z.string().check(z.refine((value) => momentOf(value) !== undefined, 'not an ISO date-time'))
const time = z.optional(isoTime)
const textOrNull = z.nullish(z.string())
const flagOrNull = z.nullish(z.boolean())
const timeOrNull = z.nullish(isoTime)

/** The same type for many fields, by their names. */
const all = <T>(type: T, names: string): Record<string, T> =>
  Object.fromEntries(names.split(' ').map((name) => [name, type]))

/** Loose: fields and enum values we do not know are kept as they came; `metadata` may be anything. */
const EventSchema = z.looseObject({
  eventId: id,
  ...all(text, 'userId publicId userPublicId userInternalId title type status originId originType'),
  ...all(textOrNull, 'publisherId publisherInternalId publisherPublicId description location externalUrl'),
  ...all(textOrNull, 'coverImageFileId livestreamId postId path discussionCommunityId'),
  ...all(time, 'startTime createdAt'),
  ...all(timeOrNull, 'endTime updatedAt deletedAt'),
  ...all(flagOrNull, 'isInviteOnly isLocationVisible isDeleted'),
  ...all(count, 'rsvpCount interestedCount'),
  isOriginPublic: flag,
  tags: z.nullish(z.array(z.string())),
})

const ResponseSchema = z.looseObject({
  eventId: id,
  userId: id,
  status: z.string(),
  ...all(text, 'userInternalId userPublicId'),
  ...all(timeOrNull, 'respondedAt updatedAt'),
  createdAt: time,
})

const UserSchema = z.looseObject({
  userId: id,
  ...all(text, '_id path userInternalId userPublicId'),
  ...all(textOrNull, 'displayName profileHandle description avatarFileId avatarCustomUrl'),
  ...all(texts, 'roles permissions'),
  ...all(count, 'flagCount'),
  ...all(flag, 'isGlobalBan isGlobalBanned isBrand'),
  hashFlag: z.nullish(z.looseObject(all(count, 'bits hashes'))),
  isDeleted: flagOrNull,
  createdAt: time,
  updatedAt: timeOrNull,
})

const FileSchema = z.looseObject({
  fileId: id,
  ...all(text, 'fileUrl type accessType'),
  altText: textOrNull,
  attributes: z.nullish(
    z.looseObject({
      ...all(text, 'name extension mimeType'),
      // A union would be the larger half of Zod's code here.
      size: z.optional(z.any().check(z.refine((value) => ['number', 'string'].includes(typeof value)))),
    }),
  ),
  createdAt: time,
  updatedAt: timeOrNull,
})

/** One reader per table of the mirror. */
export const ROW_SCHEMAS = {
  events: EventSchema,
  responses: ResponseSchema,
  users: UserSchema,
  files: FileSchema,
} as const

export const PagingSchema = z.looseObject(all(text, 'next previous'))

/** What the API sends with an error status; every part may be missing. */
export const ErrorEnvelopeSchema = z.looseObject({ ...all(text, 'status message'), code: count })

import * as z from 'zod/mini'
import { RSVP_STATUSES, type RsvpStatus } from './entities.ts'
import { momentOf } from './moment.ts'

/** One check for every kind of value: a type of Zod's own for each would double Zod's share of an app. */
const value = (expected: string, fits: (value: unknown) => boolean) =>
  z.any().check(z.refine(fits, `not ${expected}`))

const string = value('text', (one) => typeof one === 'string')
const boolean = value('true or false', (one) => typeof one === 'boolean')
const number = value('a number', Number.isFinite)
const list = value(
  'a list of texts',
  (one) => Array.isArray(one) && one.every((item) => typeof item === 'string'),
)
const id = value('an id', (one) => typeof one === 'string' && one !== '')
const moment = value('an ISO date-time', (one) => momentOf(one) !== undefined)
const size = value('a size', (one) => typeof one === 'number' || typeof one === 'string')

const text = z.optional(string)
const flag = z.optional(boolean)
const count = z.optional(number)
const texts = z.optional(list)
const time = z.optional(moment)
const textOrNull = z.nullish(string)
const flagOrNull = z.nullish(boolean)
const timeOrNull = z.nullish(moment)

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
  tags: z.nullish(list),
})

const ResponseSchema = z.looseObject({
  eventId: id,
  userId: id,
  status: string,
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
      size: z.optional(size),
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

/** My answers as they stand on disk, written by this version or by another. */
export const OutboxRowSchema = z.looseObject({
  eventId: id,
  answerId: string,
  status: value('an answer', (one) => RSVP_STATUSES.includes(one as RsvpStatus)),
  state: value('a state', (one) => ['queued', 'sending', 'failed'].includes(one as string)),
  base: textOrNull,
  unheard: boolean,
  ...all(number, 'queuedAt failures notBefore floor'),
  abandoned: texts,
  watchedUntil: count,
  lease: z.optional(z.looseObject({ ...all(string, 'id answerId status'), until: number })),
})

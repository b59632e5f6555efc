import * as z from 'zod/mini'
import { momentOf } from './moment.ts'

/** One type for every kind of value: a type of Zod's own for each would double Zod's share of an app. */
const value = <T>(expected: string, fits: (value: unknown) => boolean) => z.custom<T>(fits, `not ${expected}`)

const isText = (one: unknown) => typeof one === 'string'
const id = value<string>('an id', (one) => isText(one) && one !== '')
const string = value<string>('text', isText)
const boolean = value<boolean>('true or false', (one) => typeof one === 'boolean')
const number = value<number>('a number', (one) => typeof one === 'number')
const size = value<number | string>('a size', (one) => typeof one === 'number' || isText(one))
const list = value<string[]>('a list of texts', (one) => Array.isArray(one) && one.every(isText))
const moment = value<string>('an ISO date-time', (one) => momentOf(one) !== undefined)

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

/** Checks the fields we know. What is kept is the row as it came, with all others; `metadata` may be anything. */
const object = <Fields extends Record<string, z.ZodMiniType>>(fields: Fields) =>
  z.object(fields, 'not plain data')

const row = (fields: Record<string, z.ZodMiniType>) =>
  object({ createdAt: time, updatedAt: timeOrNull, ...fields })

/** One reader per table of the mirror. */
export const ROW_SCHEMAS = {
  events: row({
    eventId: id,
    ...all(text, 'userId publicId userPublicId userInternalId title type status originId originType'),
    ...all(textOrNull, 'publisherId publisherInternalId publisherPublicId description location externalUrl'),
    ...all(textOrNull, 'coverImageFileId livestreamId postId path discussionCommunityId'),
    startTime: time,
    ...all(timeOrNull, 'endTime deletedAt'),
    ...all(flagOrNull, 'isInviteOnly isLocationVisible isDeleted'),
    ...all(count, 'rsvpCount interestedCount'),
    isOriginPublic: flag,
    tags: z.nullish(list),
  }),

  responses: row({
    eventId: id,
    userId: id,
    status: string,
    ...all(text, 'userInternalId userPublicId'),
    respondedAt: timeOrNull,
  }),

  users: row({
    userId: id,
    ...all(text, '_id path userInternalId userPublicId'),
    ...all(textOrNull, 'displayName profileHandle description avatarFileId avatarCustomUrl'),
    ...all(texts, 'roles permissions'),
    ...all(count, 'flagCount'),
    ...all(flag, 'isGlobalBan isGlobalBanned isBrand'),
    hashFlag: z.nullish(object(all(count, 'bits hashes'))),
    isDeleted: flagOrNull,
  }),

  files: row({
    fileId: id,
    ...all(text, 'fileUrl type accessType'),
    altText: textOrNull,
    attributes: z.nullish(
      object({
        ...all(text, 'name extension mimeType'),
        size: z.optional(size),
      }),
    ),
  }),
}

export const PagingSchema = object({ next: text })

/** What the API sends with an error status; every part may be missing. */
export const ErrorEnvelopeSchema = object({ code: count, message: text })

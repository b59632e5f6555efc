import * as z from 'zod/mini'
import { RSVP_STATUSES } from './entities.ts'
import { momentOf } from './moment.ts'

type Fits = (value: unknown) => boolean

/** Zod's smallest type carries every check: its types for objects, texts and numbers would add 2 kB to an app. */
const must = (be: string, fits: Fits) => z.custom(fits, `not ${be}`)
const may = (be: string, fits: Fits) => must(be, (one) => one === undefined || fits(one))
const mayOrNull = (be: string, fits: Fits) => may(be, (one) => one === null || fits(one))

const isText: Fits = (one) => typeof one === 'string'
const isFlag: Fits = (one) => typeof one === 'boolean'
const isNumber: Fits = Number.isFinite
const isTime: Fits = (one) => momentOf(one) !== undefined
const isTexts: Fits = (one) => Array.isArray(one) && one.every(isText)
const isObject: Fits = (one) => typeof one === 'object' && one !== null && !Array.isArray(one)

const id = must('an id', (one) => isText(one) && one !== '')
const text = may('text', isText)
const textOrNull = mayOrNull('text', isText)
const texts = may('a list of texts', isTexts)
const flag = may('true or false', isFlag)
const flagOrNull = mayOrNull('true or false', isFlag)
const count = may('a number', isNumber)
const time = may('an ISO date-time', isTime)
const timeOrNull = mayOrNull('an ISO date-time', isTime)
const objectOrNull = mayOrNull('an object', isObject)

/** A Zod schema for each field we know, by its dotted name; all others are kept as they came. */
export type Fields = Readonly<Record<string, z.ZodMiniType>>

/** The same type for many fields, by their names. */
const all = (type: z.ZodMiniType, names: string): Fields =>
  Object.fromEntries(names.split(' ').map((name) => [name, type]))

/** What every row has. */
const COMMON = { createdAt: time, updatedAt: timeOrNull }

/** What is known of each table's rows; `metadata` may be anything. */
export const ROW_SCHEMAS = {
  events: {
    ...COMMON,
    eventId: id,
    ...all(text, 'userId publicId userPublicId userInternalId title type status originId originType'),
    ...all(textOrNull, 'publisherId publisherInternalId publisherPublicId description location externalUrl'),
    ...all(textOrNull, 'coverImageFileId livestreamId postId path discussionCommunityId'),
    startTime: time,
    ...all(timeOrNull, 'endTime deletedAt'),
    ...all(flagOrNull, 'isInviteOnly isLocationVisible isDeleted'),
    ...all(count, 'rsvpCount interestedCount'),
    isOriginPublic: flag,
    tags: mayOrNull('a list of texts', isTexts),
  },

  responses: {
    ...COMMON,
    eventId: id,
    userId: id,
    status: must('text', isText),
    ...all(text, 'userInternalId userPublicId'),
    respondedAt: timeOrNull,
  },

  users: {
    ...COMMON,
    userId: id,
    ...all(text, '_id path userInternalId userPublicId'),
    ...all(textOrNull, 'displayName profileHandle description avatarFileId avatarCustomUrl'),
    ...all(texts, 'roles permissions'),
    ...all(count, 'flagCount'),
    ...all(flag, 'isGlobalBan isGlobalBanned isBrand'),
    hashFlag: objectOrNull,
    ...all(count, 'hashFlag.bits hashFlag.hashes'),
    isDeleted: flagOrNull,
  },

  files: {
    ...COMMON,
    fileId: id,
    ...all(text, 'fileUrl type accessType'),
    altText: textOrNull,
    attributes: objectOrNull,
    ...all(text, 'attributes.name attributes.extension attributes.mimeType'),
    'attributes.size': may('a size', (one) => isNumber(one) || isText(one)),
  },
}

/** My answers as they stand on disk, written by this version or by another. */
export const OUTBOX_ROW = {
  eventId: id,
  answerId: must('text', isText),
  status: must('an answer', (one) => (RSVP_STATUSES as readonly unknown[]).includes(one)),
  state: must('a state', (one) => ['queued', 'sending', 'failed'].includes(one as string)),
  base: textOrNull,
  unheard: must('true or false', isFlag),
  ...all(must('a number', isNumber), 'queuedAt failures notBefore floor'),
  abandoned: texts,
  lease: may('an object', isObject),
  ...all(text, 'lease.id lease.answerId lease.status'),
  ...all(count, 'lease.until watchedUntil'),
}

export const PAGING = { next: text }

/** What the API sends with an error status; every part may be missing. */
export const ERROR_ENVELOPE = { code: count, message: text }

/** What is wrong, and in which field; an empty path stands for the whole. */
export interface Flaw {
  readonly path: string
  readonly reason: string
}

/** The first flaw of what came; `undefined` when all that we know of it can be read. */
export function flawIn(fields: Fields, json: unknown): Flaw | undefined {
  if (!isObject(json)) return { path: '', reason: 'not plain data' }
  for (const [path, schema] of Object.entries(fields)) {
    const { error } = schema.safeParse(path.split('.').reduce(fieldOf, json))
    if (error) return { path, reason: error.issues[0]?.message ?? '' }
  }
  return undefined
}

const fieldOf = (value: unknown, name: string): unknown => Object(value)[name]

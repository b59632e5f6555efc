import * as z from 'zod/mini'
import { RSVP_STATUSES, type RsvpStatus } from './entities.ts'
import { RsvpStoreError } from './errors.ts'
import { type EventId, MAX_ID_LENGTH } from './ids.ts'
import { type Moment, momentOf } from './moment.ts'

/** What the app gives is checked strictly, before anything is stored; server rows are not read here. */

const name = z.string().check(z.minLength(1), z.maxLength(MAX_ID_LENGTH))
const status = z.enum(RSVP_STATUSES)
const oneOrMore = <T extends z.ZodMiniType>(item: T) => z.union([item, z.array(item).check(z.minLength(1))])
const limit = z.optional(z.number().check(z.int(), z.minimum(1)))

/** A moment as the app may write it: epoch milliseconds, a `Date`, or an ISO 8601 string. */
export type MomentInput = Moment | Date | string
const momentInput = z.optional(
  z.pipe(
    z.union([z.number(), z.date(), z.string()]),
    z.transform((value, context) => {
      const moment = typeof value === 'string' ? momentOf(value) : Number(value)
      if (moment !== undefined && Number.isFinite(moment)) return moment
      context.issues.push({ code: 'custom', message: 'expected epoch ms, a Date or an ISO date-time', input: value })
      return z.NEVER
    }),
  ),
)

const EVENT_ORDERS = ['startTime', '-startTime', 'createdAt', '-createdAt', 'asc', 'desc'] as const

export const EventsQuerySchema = z.strictObject({
  from: momentInput,
  to: momentInput,
  status: z.optional(oneOrMore(z.string())),
  type: z.optional(z.string()),
  tags: z.optional(oneOrMore(z.string())),
  originId: z.optional(name),
  originType: z.optional(z.string()),
  userId: z.optional(name),
  myStatus: z.optional(oneOrMore(status)),
  orderBy: z.optional(z.enum(EVENT_ORDERS)),
  limit,
})

export const AttendeesQuerySchema = z.strictObject({ status: z.optional(oneOrMore(status)), limit })

const positive = z.optional(z.number().check(z.positive()))
const count = z.optional(z.number().check(z.int(), z.minimum(1)))
const fn = z.optional(z.custom<object>((value) => typeof value === 'function', 'expected a function'))
const parts = z.optional(z.custom<object>((value) => typeof value === 'object' && value !== null, 'expected an object'))

export const OptionsSchema = z.strictObject({
  userId: name,
  baseUrl: z.string().check(z.refine(isSafeUrl, 'expected an https URL (http only for localhost and .test)')),
  getToken: z.custom<object>((value) => typeof value === 'function', 'expected a function'),
  name: z.optional(name),
  push: z.optional(
    z.strictObject({
      concurrency: count,
      timeoutMs: positive,
      backoff: z.optional(z.strictObject({ baseMs: positive, capMs: positive })),
      pace: z.optional(z.strictObject({ requests: count, perMs: positive })),
    }),
  ),
  pull: z.optional(z.strictObject({ everyMs: z.optional(z.union([z.literal(false), z.number().check(z.positive())])) })),
  ports: z.optional(
    z.strictObject({
      fetch: fn,
      clock: parts,
      random: fn,
      connectivity: parts,
      lifecycle: parts,
      locks: parts,
      indexedDB: parts,
      persist: fn,
    }),
  ),
})

/** The token travels in a header: never in clear over a network. `.test` names never leave the machine. */
function isSafeUrl(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  const local = /^(localhost|127(\.\d+){3}|\[::1\])$|\.(localhost|test)$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && local)
}

/** Reads `value` or throws `invalid-argument` that names the argument and what was expected. */
export function check<T extends z.ZodMiniType>(schema: T, value: unknown, argument: string): z.output<T> {
  if (!isPlain(value)) throw invalid(argument, 'expected plain data, not a proxy or a class instance')
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const issue = read.error.issues[0] as z.core.$ZodIssue
  throw invalid([argument, ...issue.path].join('.'), expectation(issue))
}

export const checkEventId = (value: unknown): EventId => check(name, value, 'eventId')
export const checkStatus = (value: unknown): RsvpStatus => check(status, value, 'status')
export const checkUnsent = (value: unknown) => check(z.enum(['keep', 'discard', 'send']), value, 'unsent')

export function invalid(argument: string, expected: string): RsvpStoreError {
  return new RsvpStoreError('invalid-argument', `${argument}: ${expected}`, { argument })
}

/** Objects must be literals: a class instance or a framework proxy cannot be stored as it looks. */
function isPlain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return typeof value !== 'function'
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** False for proxies, functions and whatever else IndexedDB refuses to keep. */
export function isCloneable(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `expected one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'invalid_type':
      return `expected ${issue.expected}`
    case 'too_small':
      return `expected at least ${issue.minimum}`
    case 'too_big':
      return `expected at most ${issue.maximum}`
    case 'unrecognized_keys':
      return `unknown: ${issue.keys.join(', ')}`
    default:
      return issue.message
  }
}

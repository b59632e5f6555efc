import { RSVP_STATUSES, type RsvpStatus } from './entities.ts'
import { RsvpStoreError } from './errors.ts'
import { type EventId, MAX_ID_LENGTH } from './ids.ts'
import { type Moment, momentOf } from './moment.ts'

/**
 * Throws `invalid-argument` that names the argument and what was expected. What the app gives is checked
 * strictly, before anything is stored; server rows are not read here.
 */
export type Check = (value: unknown, argument: string) => void

export const rule =
  (expected: string, fits: (value: unknown) => boolean): Check =>
  (value, argument) => {
    if (!fits(value)) throw invalid(argument, expected)
  }

export const oneOf = (...values: readonly unknown[]): Check =>
  rule(`one of ${values.join(', ')}`, (value) => values.includes(value))

/** One, or a list of at least one. */
export const some =
  (check: Check): Check =>
  (value, argument) => {
    const values = Array.isArray(value) && value.length > 0 ? value : [value]
    for (const one of values) check(one, argument)
  }

/** An object, field by field; `undefined` is the same as missing, an unknown field is a mistake. */
export const fields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value, argument) => {
    if (!isPlain(value)) throw invalid(argument, 'a plain object')
    for (const [name, given] of Object.entries(value)) {
      const path = `${argument}.${name}`
      const check = Object.hasOwn(checks, name) && checks[name]
      if (!check) throw invalid(path, `one of ${Object.keys(checks).join(', ')}`)
      if (given !== undefined) check(given, path)
    }
  }

export const isPositive = (value: unknown) => typeof value === 'number' && value > 0

export const anId = rule(
  `1 to ${MAX_ID_LENGTH} characters`,
  (value) => isText(value) && value.length > 0 && value.length <= MAX_ID_LENGTH,
)
export const aStatus = oneOf(...RSVP_STATUSES)
export const aFunction = rule('a function', (value) => typeof value === 'function')
export const anObject = rule('an object', (value) => typeof value === 'object')
export const aText = rule('a string', isText)
export const aBoolean = rule('true or false', (value) => typeof value === 'boolean')
export const aPositive = rule('a number above 0', isPositive)
export const aCount = rule(
  'a whole number above 0',
  (value) => Number.isSafeInteger(value) && isPositive(value),
)
/** Of any realm. */
export const aSignal = rule('an AbortSignal', (value) => typeof (value as AbortSignal)?.aborted === 'boolean')
export const aMoment = rule('a Date, ISO time or epoch ms', (value) => Number.isFinite(toMoment(value)))

/** A moment as the app may write it: epoch milliseconds, a `Date`, or an ISO 8601 string. */
export type MomentInput = Moment | Date | string

export function toMoment(value: unknown): Moment | undefined {
  return typeof value === 'number' || value instanceof Date ? Number(value) : momentOf(value)
}

export const invalid = (argument: string, expected: string): RsvpStoreError =>
  new RsvpStoreError('invalid-argument', `${argument}: expected ${expected}`, { argument })

export function checkEventId(value: string): EventId {
  anId(value, 'eventId')
  return value
}

export function checkStatus(value: RsvpStatus): RsvpStatus {
  aStatus(value, 'status')
  return value
}

/** One answer of several. */
export interface RsvpInput {
  readonly eventId: string
  readonly status: RsvpStatus
}

/** Each event once: of two answers to one, nobody knows which was meant. */
export function checkAnswers(input: readonly RsvpInput[]): readonly RsvpInput[] {
  rule('a list of answers', Array.isArray)(input, 'answers')
  const check = fields({ eventId: anId, status: aStatus })
  return input.map((answer, index) => {
    const path = `answers[${index}]`
    check(answer, path)
    const { eventId, status } = answer
    anId(eventId, `${path}.eventId`)
    aStatus(status, `${path}.status`)
    const isNew = () => input.findIndex((other) => other.eventId === eventId) === index
    rule('an event that has no other answer in this list', isNew)(eventId, `${path}.eventId`)
    return { eventId, status }
  })
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** A literal: a class instance cannot be stored as it looks. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return [Object.prototype, null].includes(Object.getPrototypeOf(value))
}

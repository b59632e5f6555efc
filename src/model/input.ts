import { RSVP_STATUSES, type RsvpStatus } from './entities.ts'
import { RsvpStoreError } from './errors.ts'
import { type EventId, MAX_ID_LENGTH } from './ids.ts'
import { type Moment, momentOf } from './moment.ts'

/** What the app gives is checked strictly, before anything is stored; server rows are not read here. */
export interface Rule {
  /** Completes "expected …". */
  readonly expected: string
  readonly fits: (value: unknown) => boolean
}

/** The fields that may be there, each with its rule or with fields of its own. */
export interface Fields {
  readonly [name: string]: Rule | Fields
}

export const rule = (expected: string, fits: (value: unknown) => boolean): Rule => ({ expected, fits })
export const oneOf = (...values: readonly unknown[]): Rule =>
  rule(`one of ${values.join(', ')}`, (value) => values.includes(value))
export const some = ({ expected, fits }: Rule): Rule =>
  rule(`${expected}, or some`, (value) =>
    Array.isArray(value) ? value.length > 0 && value.every(fits) : fits(value),
  )

export const anId = rule(
  `1 to ${MAX_ID_LENGTH} characters`,
  (value) => isText(value) && value.length > 0 && value.length <= MAX_ID_LENGTH,
)
export const aStatus = oneOf(...RSVP_STATUSES)
export const aFunction = rule('a function', (value) => typeof value === 'function')
export const anObject = rule('an object', (value) => typeof value === 'object')
export const aText = rule('a string', isText)
export const aPositive = rule('a number above 0', (value) => typeof value === 'number' && value > 0)
export const aCount = rule(
  'a whole number above 0',
  (value) => Number.isSafeInteger(value) && Number(value) > 0,
)
export const aMoment = rule('a Date, ISO time or epoch ms', (value) => Number.isFinite(toMoment(value)))

/** A moment as the app may write it: epoch milliseconds, a `Date`, or an ISO 8601 string. */
export type MomentInput = Moment | Date | string

export function toMoment(value: unknown): Moment | undefined {
  return typeof value === 'number' || value instanceof Date ? Number(value) : momentOf(value)
}

export const invalid = (argument: string, expected: string): RsvpStoreError =>
  new RsvpStoreError('invalid-argument', `${argument}: expected ${expected}`, { argument })

/** Throws `invalid-argument` that names the argument and what was expected. */
export function check({ expected, fits }: Rule, value: unknown, argument: string): void {
  if (!fits(value)) throw invalid(argument, expected)
}

/** Checks an object field by field; `undefined` is the same as missing, an unknown field is a mistake. */
export function checkFields(fields: Fields, value: unknown, argument: string): void {
  if (!isPlain(value)) throw invalid(argument, 'a plain object')
  for (const [name, given] of Object.entries(value)) {
    const path = `${argument}.${name}`
    const field = Object.hasOwn(fields, name) ? fields[name] : undefined
    if (!field) throw invalid(path, `one of ${Object.keys(fields).join(', ')}`)
    if (given === undefined) continue
    if (isRule(field)) check(field, given, path)
    else checkFields(field, given, path)
  }
}

export function checkEventId(value: string): EventId {
  check(anId, value, 'eventId')
  return value
}

export function checkStatus(value: RsvpStatus): RsvpStatus {
  check(aStatus, value, 'status')
  return value
}

/** A copy that nobody else can change; `undefined` for proxies, functions and whatever else IndexedDB refuses. */
export function copyOf(value: unknown): unknown {
  try {
    return structuredClone(value)
  } catch {
    return undefined
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string'
}

const isRule = (field: Rule | Fields): field is Rule => typeof field.fits === 'function'

/** A literal: a class instance cannot be stored as it looks. */
function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  return [Object.prototype, null].includes(Object.getPrototypeOf(value))
}

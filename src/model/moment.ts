/** A point in time: epoch milliseconds. Device time; never used to order what the server said. */
export type Moment = number

/** Later than every real date: where an event without a start time is sorted. */
export const END_OF_TIME: Moment = 8.64e15

const ISO_START = /^\d{4}-\d{2}/

/**
 * Reads an ISO 8601 date-time in any offset form; `undefined` when it is missing or not one.
 * Strings must not be compared as text: `10:00+02:00` is earlier than `09:30Z`.
 */
export function momentOf(iso: unknown): Moment | undefined {
  if (typeof iso !== 'string' || !ISO_START.test(iso)) return undefined
  const moment = Date.parse(iso)
  return Number.isNaN(moment) ? undefined : moment
}

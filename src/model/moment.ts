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

/** No honest wait is longer; a stored moment further away means that the clock was set back. */
export const MAX_WAIT_MS = 3_600_000

/** A moment as far as it can be believed, where no wait is longer than `most` milliseconds. */
export const credible = (moment: Moment, now: Moment, most = MAX_WAIT_MS): Moment =>
  moment > now + most ? now : moment

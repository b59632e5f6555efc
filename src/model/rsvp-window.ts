import type { EventRow } from './entities.ts'
import { END_OF_TIME, type Moment, momentOf } from './moment.ts'

/** In the last minutes before the start only `not_going` is accepted (API specification, POST/PUT rsvp). */
export const CLOSING_MS = 15 * 60_000

/** `closing`: only `not_going` is still accepted. `closed`: no answer is. */
export type RsvpWindow = 'open' | 'closing' | 'closed'

/** The server itself says that no answer can count any more; device time has no say. */
export function isOver(event: EventRow): boolean {
  return event.isDeleted === true || event.status === 'ended' || event.status === 'cancelled'
}

/** What answers the event takes at `now`, by its status and by the device's clock. */
export function rsvpWindow(event: EventRow, now: Moment): RsvpWindow {
  const start = momentOf(event.startTime) ?? END_OF_TIME
  if (isOver(event) || event.status === 'live' || now >= start) return 'closed'
  return now >= start - CLOSING_MS ? 'closing' : 'open'
}

/** When `rsvpWindow` will next change by the clock alone; `undefined` when it will not. */
export function nextWindowChange(event: EventRow, now: Moment): Moment | undefined {
  const start = momentOf(event.startTime)
  if (start === undefined) return undefined
  return [start - CLOSING_MS, start].find((moment) => moment > now)
}

import type { EventRow } from './entities.ts'
import type { FailureKind } from './failure.ts'
import { END_OF_TIME, type Moment, momentOf } from './moment.ts'

/** In the last minutes before the start only `not_going` is accepted (API specification, POST/PUT rsvp). */
export const CLOSING_MS = 15 * 60_000

/** `closing`: only `not_going` is still accepted. `closed`: no answer is. */
export type RsvpWindow = 'open' | 'closing' | 'closed'

const CLOSED = ['live', 'ended', 'cancelled'] as const

/** Why no answer can count any more, by the server's own word; device time has no say. */
export function closedAs(event: EventRow | undefined): FailureKind | undefined {
  if (event?.isDeleted) return 'event-gone'
  const closed = CLOSED.find((status) => status === event?.status)
  return closed && `event-${closed}`
}

/** What answers the event takes at `now`, by its status and by the device's clock. */
export function rsvpWindow(event: EventRow, now: Moment): RsvpWindow {
  const start = momentOf(event.startTime) ?? END_OF_TIME
  if (closedAs(event) || now >= start) return 'closed'
  return now >= start - CLOSING_MS ? 'closing' : 'open'
}

/** When `rsvpWindow` will next change by the clock alone; `undefined` when it will not. */
export function nextWindowChange(event: EventRow, now: Moment): Moment | undefined {
  const start = momentOf(event.startTime)
  if (start === undefined) return undefined
  return [start - CLOSING_MS, start].find((moment) => moment > now)
}

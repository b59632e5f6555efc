import type { RawBundle } from '../model/bundle.ts'
import type { RsvpStatus } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { Call, Send } from './http.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/** Which events a pull asks for; names and meanings are the API's. */
export interface EventsFilter {
  readonly originType?: string
  readonly originId?: string
  readonly userId?: string
  readonly onlyAttendee?: boolean
  readonly status?: string
  readonly type?: string
  readonly tags?: readonly string[]
  readonly startTimeGte?: string
  readonly startTimeLte?: string
  readonly sortBy?: string
  readonly orderBy?: string
}

/** The first page by its size, further ones by the token of the page before. */
export type Page = { readonly limit: number } | { readonly token: string }

/** When the caller gives up. */
export type Within = Pick<Call, 'until' | 'signal'>

export type RsvpApi = ReturnType<typeof createRsvpApi>

/** The endpoints, one method each. None throws: every outcome is a verdict. */
export function createRsvpApi(send: Send, userId: UserId) {
  const read = async (path: string, query: URLSearchParams, within: Within): Promise<Verdict> =>
    verdictOf({ method: 'GET', accepts: () => true }, await send({ method: 'GET', path, query, ...within }))

  return {
    /** POST only creates and PUT only updates, or either does both: the caller reads the verdict. */
    async answer(method: 'POST' | 'PUT', eventId: EventId, status: RsvpStatus, within: Within): Promise<Verdict> {
      const call = { method, path: eventPath(eventId, '/rsvp'), body: { status }, ...within }
      return verdictOf({ method, accepts: (raw) => names(raw, eventId, userId) }, await send(call))
    },

    /** `missing`: no answer of mine there, or no event. */
    async myRsvp(eventId: EventId, within: Within): Promise<Verdict> {
      const verdict = await read(eventPath(eventId, '/me/rsvp'), new URLSearchParams(), within)
      if (verdict.kind !== 'accepted' || names(verdict.raw, eventId, userId)) return verdict
      return { kind: 'missing', failure: { kind: 'event-gone', message: 'The server has no answer of yours.' } }
    },

    async event(eventId: EventId, within: Within): Promise<Verdict> {
      const accepts = (raw: RawBundle) => raw.events.some((row) => field(row, 'eventId') === eventId)
      return verdictOf({ method: 'GET', accepts }, await send({ method: 'GET', path: eventPath(eventId), ...within }))
    },

    events: (filter: EventsFilter, page: Page, within: Within) =>
      read('/api/v1/events', search({ ...filter }, page), within),

    attendees: (eventId: EventId, status: readonly RsvpStatus[], page: Page, within: Within) =>
      read(eventPath(eventId, '/rsvp'), search({ status }, page), within),

    myRsvps: (status: readonly RsvpStatus[], page: Page, within: Within) =>
      read('/api/v1/events/me/rsvps', search({ status }, page), within),
  }
}

const eventPath = (eventId: EventId, rest = '') => `/api/v1/events/${encodeURIComponent(eventId)}${rest}`

const field = (row: unknown, name: string): unknown => (row as Record<string, unknown> | null)?.[name]

/** The reply speaks of this event and this user: nothing else is an answer to what was sent. */
function names(raw: RawBundle, eventId: EventId, userId: UserId): boolean {
  return raw.responses.some(
    (row) =>
      field(row, 'eventId') === eventId && field(row, 'userId') === userId && typeof field(row, 'status') === 'string',
  )
}

/** Arrays as `name[]=`, one value as `name=`, paging as `options[…]`: as the vendor's client writes them. */
function search(filter: Record<string, unknown>, page: Page): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(filter)) {
    if (value === undefined) continue
    if (!Array.isArray(value)) query.set(name, String(value))
    else if (value.length === 1 && name === 'status') query.set(name, value[0])
    else for (const item of value) query.append(`${name}[]`, item)
  }
  if ('token' in page) query.set('options[token]', page.token)
  else query.set('options[limit]', String(page.limit))
  return query
}

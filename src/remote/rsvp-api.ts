import { answerIn, has, type RawBundle } from '../model/bundle.ts'
import type { RsvpStatus } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { Call, Send, TimeLeft } from './http.ts'
import { type Verdict, verdictOf } from './verdict.ts'

/** What a pull may narrow by; names and meanings are the API's. What is `undefined` is not sent. */
export type Filter = Readonly<Record<string, string | readonly string[] | undefined>>

/** The first page by its size, further ones by the token of the page before. */
export type Page = { readonly limit: number } | { readonly token: string }

export type RsvpApi = ReturnType<typeof createRsvpApi>

/** A verdict, and how old the mirror was when it was asked for. */
export type Answer = Verdict & { readonly asked: number }

/**
 * The endpoints, one method each. Every outcome is a verdict. `timeLeft`: while it may be sent. `known`: `asOf` of this
 * moment, where the caller has just read it.
 */
export function createRsvpApi(send: Send, asOf: () => Promise<number>, userId: UserId) {
  async function ask(call: Call, accepts: (raw: RawBundle) => boolean, known?: number): Promise<Answer> {
    const asked = known ?? (await asOf())
    return { ...verdictOf({ method: call.method, accepts }, await send(call)), asked }
  }
  const list = (path: string, filter: Filter, page: Page, signal: AbortSignal | undefined) =>
    ask({ method: 'GET', path, query: search(filter, page), signal }, () => true)
  /** The reply speaks of this event and this user: nothing else is an answer to what was sent. */
  const isAnswered = (eventId: EventId) => (raw: RawBundle) => answerIn(raw, eventId, userId) !== undefined

  return {
    /** POST only creates and PUT only updates, or either does both: the caller reads the verdict. */
    answer: (
      method: 'POST' | 'PUT',
      eventId: EventId,
      status: RsvpStatus,
      timeLeft: TimeLeft,
      known?: number,
    ) =>
      ask(
        { method, path: eventPath(eventId, '/rsvp'), body: { status }, timeLeft },
        isAnswered(eventId),
        known,
      ),

    /** `missing`: no answer of mine there, or no event. */
    myRsvp: (eventId: EventId, timeLeft: TimeLeft) =>
      ask({ method: 'GET', path: eventPath(eventId, '/me/rsvp'), timeLeft }, isAnswered(eventId)),

    event: (eventId: EventId, ends: Pick<Call, 'timeLeft' | 'signal'>) =>
      ask({ method: 'GET', path: eventPath(eventId), ...ends }, ({ events }) =>
        events.some((row) => has(row, 'eventId', eventId)),
      ),

    events: (filter: Filter, page: Page, signal?: AbortSignal) => list(EVENTS, filter, page, signal),
    attendees: (eventId: EventId, filter: Filter, page: Page, signal?: AbortSignal) =>
      list(eventPath(eventId, '/rsvp'), filter, page, signal),
    myRsvps: (filter: Filter, page: Page, signal?: AbortSignal) =>
      list(`${EVENTS}/me/rsvps`, filter, page, signal),
  }
}

const EVENTS = '/api/v1/events'

const eventPath = (eventId: EventId, rest = '') => `${EVENTS}/${encodeURIComponent(eventId)}${rest}`

/** Arrays as `name[]=`, one value as `name=`, paging as `options[…]`: as the vendor's client writes them. */
function search(filter: Filter, page: Page): URLSearchParams {
  const query = new URLSearchParams()
  for (const [name, value = []] of Object.entries(filter)) {
    const values = [value].flat()
    for (const item of values) query.append(values.length > 1 || name === 'tags' ? `${name}[]` : name, item)
  }
  for (const [name, value] of Object.entries(page)) query.set(`options[${name}]`, value)
  return query
}

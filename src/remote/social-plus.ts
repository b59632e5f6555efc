import { readErrorEnvelope, readPaging } from '../model/bundle.ts'
import type { EventId } from '../model/ids.ts'
import type { EventsQuery } from '../model/queries.ts'
import {
  isNewAnswer,
  type Meaning,
  type Page,
  type Question,
  type Remote,
  type RemoteRequest,
} from './remote.ts'

/** What a list may be narrowed by; names and meanings are the API's. What is `undefined` is not sent. */
type Filter = Readonly<Record<string, string | readonly string[] | undefined>>

/** Codes with which the API may say "you have answered already". */
const EXISTS_CODES: readonly (number | undefined)[] = [400315, 400900]
/** The API's catch-all for a refused request; no source says what it answers to a second POST. */
const BAD_REQUEST_CODE = 400000

const MEANINGS: Readonly<Record<number, Meaning>> = { 400100: 'signed-out', 400311: 'slow-down' }

const EVENTS = '/api/v1/events'

/** The social.plus Events API: POST creates an answer and PUT changes it, or either does both. */
export const socialPlus: Remote = {
  request: toRequest,
  read: (json) => ({ bundle: json, next: readPaging(json).next }),
  errorIn: readErrorEnvelope,
  meaning(status, code, question) {
    const isNew = isNewAnswer(question)
    // A plain 400 may be the refusal of a second POST or of the answer itself: reading back tells which.
    const isPlain = status === 400 && (!code || code === BAD_REQUEST_CODE)
    if (isNew && (isPlain || EXISTS_CODES.includes(code))) return 'exists'
    if (code === 400400) return isNew ? 'failed' : 'missing'
    return code === undefined ? undefined : MEANINGS[code]
  },
}

function toRequest(question: Question): RemoteRequest {
  switch (question.ask) {
    case 'answer': {
      const { eventId, status, isKnown } = question
      return { method: isKnown ? 'PUT' : 'POST', path: eventPath(eventId, '/rsvp'), body: { status } }
    }
    case 'my-answer':
      return get(eventPath(question.eventId, '/me/rsvp'))
    case 'event':
      return get(eventPath(question.eventId))
    case 'events':
      return get(EVENTS, search(toFilter(question.query), question.page))
    case 'attendees':
      return get(eventPath(question.eventId, '/rsvp'), search(question.query, question.page))
    case 'my-answers':
      return get(`${EVENTS}/me/rsvps`, search(question.query, question.page))
  }
}

const get = (path: string, query?: URLSearchParams): RemoteRequest => ({ method: 'GET', path, query })

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

function toFilter({
  from,
  to,
  by,
  descending,
  limit,
  myStatus,
  onlyAttendee,
  ...narrowing
}: EventsQuery): Filter {
  return {
    ...narrowing,
    // The API asks for both or neither.
    originType: narrowing.originType ?? (narrowing.originId === undefined ? undefined : 'community'),
    onlyAttendee: onlyAttendee ? 'true' : undefined,
    startTimeGte: iso(from),
    startTimeLte: iso(to),
    sortBy: by === 'startTime' ? undefined : by,
    orderBy: descending ? 'desc' : undefined,
  }
}

const iso = (moment: number | undefined) => (moment === undefined ? moment : new Date(moment).toISOString())

import type { ApiDouble } from '../src/double/api-double.ts'
import type { ApiMood } from '../src/double/moods.ts'
import type { RsvpStatus } from '../src/model/entities.ts'

/** The double that is being served; `reset` puts a fresh one in its place. */
export interface Served {
  api: ApiDouble
  reset(): void
}

/** Every mood, in the order of the panel; a record, so that the compiler misses none. */
const MOODS = Object.keys({
  well: true,
  slow: true,
  down: true,
  'lost-request': true,
  'lost-reply': true,
  'server-error': true,
  refusing: true,
  'rate-limited': true,
  'signed-out': true,
  'captive-portal': true,
} satisfies Record<ApiMood, true>) as readonly ApiMood[]

const MOST_REQUESTS = 200

/**
 * Turns the double from outside; no mood concerns these paths.
 *
 *     GET  /__double                → { mood, moods, writes, responses, requests }, of the people who use the demo
 *     PUT  /__double                ← { mood } or { reset: true }, the same reply
 *     POST /__double/answer         ← { userId, eventId, status }: another device answers
 *     GET  /__double/token?user=ada → { token }
 */
export async function answerControl(served: Served, request: Request): Promise<Response> {
  const { pathname, searchParams } = new URL(request.url)
  const body = await fieldsOf(request)
  switch (`${request.method} ${pathname}`) {
    case 'GET /__double':
      return json(stateOf(served))
    case 'PUT /__double': {
      if (body.reset === true) served.reset()
      const mood = MOODS.find((known) => known === body.mood)
      if (mood) served.api.mood = mood
      return mood || body.reset === true ? json(stateOf(served)) : json({ moods: MOODS }, 400)
    }
    case 'GET /__double/token':
      return json({ token: served.api.tokenFor(searchParams.get('user') ?? 'ada') })
    case 'POST /__double/answer':
      return answer(served, body)
    default:
      return json({}, 404)
  }
}

function answer({ api }: Served, { userId, eventId, status }: Record<string, unknown>): Response {
  try {
    return json(api.answerAs(String(userId), String(eventId), status as RsvpStatus))
  } catch {
    return json({}, 404)
  }
}

function stateOf({ api }: Served) {
  const writes = api.writes()
  const people = new Set(['ada', 'bob', ...writes.map(({ userId }) => userId)])
  return {
    mood: api.mood,
    moods: MOODS,
    writes,
    responses: api.responses().filter(({ userId }) => people.has(userId)),
    requests: api.requests().slice(-MOST_REQUESTS),
  }
}

async function fieldsOf(request: Request): Promise<Record<string, unknown>> {
  const body: unknown = await request.json().catch(() => ({}))
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
}

const json = (body: unknown, status = 200): Response =>
  Response.json(body, { status, headers: { 'cache-control': 'no-store' } })

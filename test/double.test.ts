import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type ApiDouble, createApiDouble } from '../src/double/api-double.ts'
import type { ApiDoubleOptions } from '../src/double/options.ts'
import { openBundle, readRows } from '../src/model/bundle.ts'
import type { EventRow, FileRow, ResponseRow, UserRow } from '../src/model/entities.ts'

const START = Date.UTC(2026, 5, 1, 12)
const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS
const iso = (moment: number) => new Date(moment).toISOString()

/** A clock that only the test moves. */
function handClock() {
  const waiting = new Set<{ moment: number; run: () => void }>()
  const clock = {
    moment: START,
    now: () => clock.moment,
    at: (moment: number, run: () => void) => {
      const entry = { moment, run }
      waiting.add(entry)
      return () => void waiting.delete(entry)
    },
    waiting,
    advance: (ms: number) => {
      clock.moment += ms
      for (const entry of waiting) {
        if (entry.moment > clock.moment) continue
        waiting.delete(entry)
        entry.run()
      }
    },
  }
  return clock
}

let clock = handClock()
beforeEach(() => {
  clock = handClock()
})

const make = (options: ApiDoubleOptions = {}) => createApiDouble({ events: 5, clock, ...options })

interface Sent {
  readonly as?: string
  readonly token?: string
  readonly body?: unknown
  readonly headers?: Record<string, string>
  readonly signal?: AbortSignal
}

function requestTo(api: ApiDouble, line: string, { as = 'ada', token, body, headers, signal }: Sent = {}) {
  const [method = 'GET', path = '/'] = line.split(' ')
  return new Request(path.startsWith('http') ? path : `http://api.test${path}`, {
    method,
    headers: {
      authorization: `Bearer ${token ?? api.tokenFor(as)}`,
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    ...(signal && { signal }),
  })
}

/** Whatever a reply may hold; what it does not hold is missing all the same. */
interface Json {
  readonly events: readonly EventRow[]
  readonly eventResponses: readonly ResponseRow[]
  readonly users: readonly UserRow[]
  readonly files: readonly (FileRow & { readonly fileUrl: string })[]
  readonly communities: readonly unknown[]
  readonly paging: { readonly next?: string; readonly previous?: string }
  readonly accessToken: string
  readonly code?: number
  readonly message?: string
  readonly data?: { readonly detail?: readonly string[] }
}

interface Heard {
  readonly status: number
  readonly code: number | undefined
  readonly message: string | undefined
  readonly detail: readonly string[] | undefined
  readonly json: Json
  readonly headers: Headers
}

async function send(api: ApiDouble, line: string, sent?: Sent): Promise<Heard> {
  const reply = await api.fetch(requestTo(api, line, sent))
  const json = (await reply.json()) as Json
  const { code, message, data } = json
  return { status: reply.status, code, message, detail: data?.detail, json, headers: reply.headers }
}

const answer = (api: ApiDouble, method: 'POST' | 'PUT', status: string, eventId = 'event-1', as = 'ada') =>
  send(api, `${method} /api/v1/events/${eventId}/rsvp`, { as, body: { status } })

const eventNamed = (api: ApiDouble, eventId: string) => {
  const event = api.events().find((row) => row.eventId === eventId)
  if (!event) throw new Error(`no ${eventId}`)
  return event
}
const idsOf = (heard: Heard): string[] => heard.json.events.map((event) => event.eventId)
const refusal = (status: number, code: number) => expect.objectContaining({ status, code })

describe('answering', () => {
  test('a first POST is taken and replied with the event, the answer, the user and the files', async () => {
    const api = make()
    const { status, json } = await answer(api, 'POST', 'going')
    expect(status).toBe(200)
    expect(Object.keys(json)).toEqual(['events', 'eventResponses', 'users', 'files'])
    expect(json.eventResponses).toEqual([
      expect.objectContaining({ eventId: 'event-1', userId: 'ada', userPublicId: 'ada', status: 'going' }),
    ])
    expect(json.users.map((user) => user.userId)).toContain('ada')
    expect(json.files.map((file) => file.fileId)).toEqual(
      expect.arrayContaining(['cover-event-1', 'avatar-ada']),
    )
  })

  test('a POST where an answer exists is refused with 409 and 400900, and changes nothing', async () => {
    const api = make({ answers: { ada: { 'event-1': 'interested' } } })
    const before = eventNamed(api, 'event-1')
    expect(await answer(api, 'POST', 'going')).toEqual(refusal(409, 400900))
    expect(eventNamed(api, 'event-1')).toEqual(before)
    expect(api.writes()).toEqual([])
  })

  test('that refusal can be given another status and code', async () => {
    const api = make({ existsAs: { status: 400, code: 400315 }, answers: { ada: { 'event-1': 'going' } } })
    expect(await answer(api, 'POST', 'going')).toEqual(refusal(400, 400315))
  })

  test('in the wording of the page, POST also updates', async () => {
    const api = make({ wording: 'upsert', answers: { ada: { 'event-1': 'going' } } })
    expect((await answer(api, 'POST', 'not_going')).json.eventResponses[0]?.status).toBe('not_going')
  })

  test('a PUT changes an answer, and is 404 where there is none', async () => {
    const api = make({ answers: { ada: { 'event-1': 'going' } } })
    expect((await answer(api, 'PUT', 'interested')).json.eventResponses[0]?.status).toBe('interested')
    expect(await answer(api, 'PUT', 'going', 'event-2')).toEqual(refusal(404, 400400))
  })

  test('an unknown event and a soft-deleted one are 404', async () => {
    const api = make()
    api.deleteEvent('event-2')
    expect(await answer(api, 'POST', 'going', 'nowhere')).toEqual(refusal(404, 400400))
    expect(await answer(api, 'POST', 'going', 'event-2')).toEqual(refusal(404, 400400))
    expect(await send(api, 'GET /api/v1/events/event-2')).toEqual(refusal(404, 400400))
    expect(idsOf(await send(api, 'GET /api/v1/events'))).not.toContain('event-2')
  })

  test('live, ended and cancelled events take no answer and say so', async () => {
    const api = make()
    api.putEvent({ eventId: 'event-1', startTime: iso(START + 20 * MINUTE_MS), endTime: iso(START + DAY_MS) })
    clock.advance(20 * MINUTE_MS)
    expect(await answer(api, 'POST', 'not_going')).toEqual(
      expect.objectContaining({ status: 400, code: 400000, message: 'Cannot update RSVP for live events' }),
    )
    clock.advance(DAY_MS)
    expect((await answer(api, 'POST', 'not_going')).message).toContain('ended')
    api.cancelEvent('event-2')
    expect((await answer(api, 'POST', 'not_going', 'event-2')).message).toContain('cancelled')
  })

  test('in the last 15 minutes only not_going is taken', async () => {
    const api = make({ answers: { ada: { 'event-1': 'interested' } } })
    api.putEvent({ eventId: 'event-1', startTime: iso(START + 15 * MINUTE_MS + 1) })
    expect((await answer(api, 'PUT', 'going')).status).toBe(200)
    clock.advance(1)
    expect(await answer(api, 'PUT', 'interested')).toEqual(refusal(400, 400000))
    expect((await answer(api, 'PUT', 'not_going')).status).toBe(200)
  })

  test('a private event is only for members of its origin and for its creator', async () => {
    const api = make()
    api.putEvent({ eventId: 'event-1', isOriginPublic: false, originId: 'club', userId: 'bob' })
    expect(await answer(api, 'POST', 'going')).toEqual(refusal(403, 400300))
    expect(await send(api, 'GET /api/v1/events/event-1')).toEqual(refusal(403, 400300))
    expect(await send(api, 'GET /api/v1/events/event-1/rsvp')).toEqual(refusal(403, 400300))
    expect(idsOf(await send(api, 'GET /api/v1/events'))).not.toContain('event-1')
    expect(idsOf(await send(api, 'GET /api/v1/events', { as: 'bob' }))).toContain('event-1')
    api.setMember('ada', 'club', true)
    expect((await answer(api, 'POST', 'going')).status).toBe(200)
    api.setMember('ada', 'club', false)
    expect(await send(api, 'GET /api/v1/events/event-1/me/rsvp')).toEqual(refusal(403, 400300))
    expect((await answer(api, 'POST', 'going', 'event-1', 'bob')).status).toBe(200)
  })

  test('a status outside the three is 422 with a detail, and the code of a server fault', async () => {
    const heard = await answer(make(), 'POST', 'maybe')
    expect(heard).toEqual(refusal(422, 500000))
    expect(heard.detail).toEqual([expect.stringContaining("'status'")])
    expect(await send(make(), 'POST /api/v1/events/event-1/rsvp', { body: {} })).toEqual(refusal(422, 500000))
  })

  test.each([
    ['not JSON', '{', 'application/json'],
    ['not an object', '["going"]', 'application/json'],
    ['not said to be JSON', '{"status":"going"}', 'text/plain'],
  ])('a body that is %s is 400', async (_, body, type) => {
    const api = make()
    const heard = await send(api, 'POST /api/v1/events/event-1/rsvp', {
      body,
      headers: { 'content-type': type },
    })
    expect(heard).toEqual(refusal(400, 400000))
  })
})

describe('counters and dates', () => {
  test('rsvpCount counts going, interestedCount counts interested, not_going counts nowhere', async () => {
    const api = make()
    const { rsvpCount: going = 0, interestedCount: interested = 0 } = eventNamed(api, 'event-1')
    const counters = (heard: Heard) => [
      (heard.json.events[0]?.rsvpCount ?? 0) - going,
      (heard.json.events[0]?.interestedCount ?? 0) - interested,
    ]
    expect(counters(await answer(api, 'POST', 'going'))).toEqual([1, 0])
    expect(counters(await answer(api, 'PUT', 'going'))).toEqual([1, 0])
    expect(counters(await answer(api, 'PUT', 'interested'))).toEqual([0, 1])
    expect(counters(await answer(api, 'PUT', 'not_going'))).toEqual([0, 0])
    expect(counters(await answer(api, 'POST', 'not_going', 'event-1', 'bob'))).toEqual([0, 0])
  })

  test("the sample counters are the counts of the neighbours' answers", () => {
    const api = make({ events: 30 })
    for (const event of api.events()) {
      const statuses = api.responses().flatMap((row) => (row.eventId === event.eventId ? [row.status] : []))
      const count = (status: string) => statuses.filter((one) => one === status).length
      expect([event.rsvpCount, event.interestedCount]).toEqual([count('going'), count('interested')])
    }
  })

  test.each([
    [false, 0],
    [true, 1_000],
  ])(
    "with countersMoveUpdatedAt %s an answer moves the event's updatedAt by %d ms",
    async (moves, expected) => {
      const api = make({ countersMoveUpdatedAt: moves })
      api.putEvent({ eventId: 'event-1' })
      clock.advance(1_000)
      const { json } = await answer(api, 'POST', 'going')
      expect(Date.parse(json.events[0]?.updatedAt ?? '') - START).toBe(expected)
    },
  )

  test("an answer that changes no counter leaves the event's updatedAt alone", async () => {
    const api = make({ countersMoveUpdatedAt: true, answers: { ada: { 'event-1': 'going' } } })
    const before = eventNamed(api, 'event-1')
    await answer(api, 'PUT', 'going')
    await answer(api, 'POST', 'not_going', 'event-1', 'bob')
    expect(eventNamed(api, 'event-1')).toEqual(before)
  })

  test("an answer's updatedAt always moves on, also where the clock stands still; respondedAt only on a change", async () => {
    const api = make()
    const dates = async (method: 'POST' | 'PUT', status: string) => {
      const { createdAt, respondedAt, updatedAt } =
        (await answer(api, method, status)).json.eventResponses[0] ?? {}
      return [createdAt, respondedAt, updatedAt].map((at) => Date.parse(String(at)) - START)
    }
    expect(await dates('POST', 'going')).toEqual([0, 0, 0])
    expect(await dates('PUT', 'going')).toEqual([0, 0, 1])
    expect(await dates('PUT', 'interested')).toEqual([0, 2, 2])
  })

  test('the status of an event follows the clock: scheduled, live, ended', () => {
    const api = make()
    api.putEvent({ eventId: 'e', startTime: iso(START + 1), endTime: iso(START + 2) })
    expect(eventNamed(api, 'e').status).toBe('scheduled')
    clock.advance(1)
    expect(eventNamed(api, 'e').status).toBe('live')
    clock.advance(1)
    expect(eventNamed(api, 'e').status).toBe('ended')
    api.putEvent({ eventId: 'f', status: 'cancelled', startTime: iso(START) })
    expect(eventNamed(api, 'f').status).toBe('cancelled')
  })

  test('an event that moves takes its end along', () => {
    const api = make()
    api.putEvent({ eventId: 'e', startTime: iso(START), endTime: iso(START + 5) })
    expect(api.putEvent({ eventId: 'e', startTime: iso(START + DAY_MS) }).endTime).toBe(
      iso(START + DAY_MS + 5),
    )
  })
})

describe('reading', () => {
  test('GET events lists the scheduled ones by start time, 20 to a page, with the documented lists', async () => {
    const api = make({ events: 60 })
    const heard = await send(api, 'GET /api/v1/events')
    expect(Object.keys(heard.json).sort()).toEqual(
      ['communities', 'events', 'files', 'paging', 'posts', 'rooms', 'users'].sort(),
    )
    const rows = heard.json.events
    expect(rows).toHaveLength(20)
    expect(rows.every((row) => row.status === 'scheduled')).toBe(true)
    expect(rows.map((row) => row.startTime)).toEqual(rows.map((row) => row.startTime).sort())
  })

  test('pages follow each other by token until next is absent, and neither repeat nor miss a row', async () => {
    const api = make({ events: 0 })
    for (let at = 0; at < 23; at++) api.putEvent({ eventId: `e${at}` }) // all start at the same moment
    const seen: string[] = []
    let query = '?options%5Blimit%5D=10'
    for (let page = 1; page <= 3; page++) {
      const heard = await send(api, `GET /api/v1/events${query}`)
      seen.push(...idsOf(heard))
      expect('previous' in heard.json.paging).toBe(page > 1)
      expect('next' in heard.json.paging).toBe(page < 3)
      query = `?options[token]=${encodeURIComponent(heard.json.paging.next ?? '')}`
    }
    expect(new Set(seen).size).toBe(23)
    expect(seen).toHaveLength(23)
  })

  test('a token is base64 of its skip and limit', async () => {
    const heard = await send(make(), 'GET /api/v1/events?options[limit]=2')
    expect(JSON.parse(atob(heard.json.paging.next ?? ''))).toEqual({ skip: 2, limit: 2 })
  })

  test.each(['junk', btoa('{"skip":-1,"limit":10}'), btoa('{"skip":0,"limit":1000}'), btoa('null')])(
    'the token %s is invalid',
    async (token) => {
      const heard = await send(make(), `GET /api/v1/events?options[token]=${encodeURIComponent(token)}`)
      expect(heard).toEqual(
        expect.objectContaining({ status: 400, code: 400000, message: 'Query Token is invalid' }),
      )
    },
  )

  test.each(['0', '101', 'ten', '', '-1', '1.5', '1e1'])('a page limit of "%s" is 422', async (limit) => {
    const api = make()
    for (const path of ['', '/me/rsvps', '/event-1/rsvp']) {
      expect(await send(api, `GET /api/v1/events${path}?options[limit]=${limit}`)).toEqual(
        refusal(422, 500000),
      )
    }
  })

  test('arrays are read in every spelling', async () => {
    const api = make()
    api.cancelEvent('event-2')
    const both = ['status[]=scheduled&status[]=cancelled', 'status=scheduled&status=cancelled']
    for (const query of [
      ...both,
      'status[0]=scheduled&status[1]=cancelled',
      'status%5B%5D=scheduled&status=cancelled',
    ]) {
      expect(idsOf(await send(api, `GET /api/v1/events?${query}`))).toHaveLength(5)
    }
    expect(idsOf(await send(api, 'GET /api/v1/events?status=cancelled'))).toEqual(['event-2'])
  })

  test('events are narrowed by type, tags, origin, creator, time and attendance', async () => {
    const api = make({ events: 0 })
    api.putEvent({ eventId: 'a', type: 'virtual', tags: ['x', 'y'], originId: 'o1', originType: 'community' })
    api.putEvent({ eventId: 'b', tags: ['z'], originId: 'o2', originType: 'user', userId: 'bob' })
    api.putEvent({ eventId: 'c', startTime: iso(START + 2 * DAY_MS) })
    api.answerAs('ada', 'b', 'going')
    api.answerAs('ada', 'c', 'interested')
    const asked = async (query: string) => idsOf(await send(api, `GET /api/v1/events?${query}`)).join()
    expect(await asked('type=virtual')).toBe('a')
    expect(await asked('tags[]=y&tags[]=z')).toBe('a,b')
    expect(await asked('originId=o2')).toBe('b')
    expect(await asked('originType=user')).toBe('b')
    expect(await asked('userId=bob')).toBe('b')
    expect(await asked(`startTimeLte=${iso(START + 2 * DAY_MS)}`)).toBe('c')
    expect(await asked(`startTimeGte=${iso(START + 2 * DAY_MS)}`)).toBe('c,a,b')
    expect(await asked(`startTimeGte=${iso(START + 2 * DAY_MS + 1)}`)).toBe('a,b')
    expect(await asked('onlyAttendee=true')).toBe('b')
  })

  test('events are ordered as asked', async () => {
    const api = make({ events: 0 })
    api.putEvent({ eventId: 'a', startTime: iso(START + 3 * DAY_MS), createdAt: iso(START - 3) })
    api.putEvent({ eventId: 'b', startTime: iso(START + 2 * DAY_MS), createdAt: iso(START - 2) })
    const asked = async (query: string) => idsOf(await send(api, `GET /api/v1/events?${query}`)).join()
    expect(await asked('orderBy=desc')).toBe('a,b')
    expect(await asked('sortBy=createdAt')).toBe('a,b')
    expect(await asked('sortBy=createdAt&orderBy=desc')).toBe('b,a')
  })

  test.each([
    'status=now',
    'type=party',
    'originType=x',
    'sortBy=title',
    'orderBy=up',
    'startTimeGte=soon',
    'onlyAttendee=1',
  ])('the query %s is 422 and named', async (query) => {
    const heard = await send(make(), `GET /api/v1/events?${query}`)
    expect(heard).toEqual(refusal(422, 500000))
    expect(heard.detail?.[0]).toContain(query.split('=')[0])
  })

  test("GET event carries the caller's own answer, and only that", async () => {
    const api = make()
    expect((await send(api, 'GET /api/v1/events/event-1')).json.eventResponses).toEqual([])
    api.answerAs('ada', 'event-1', 'going')
    api.answerAs('bob', 'event-1', 'going')
    const { json } = await send(api, 'GET /api/v1/events/event-1')
    expect(json.eventResponses.map((row) => row.userId)).toEqual(['ada'])
    expect(json.communities).toEqual([])
  })

  test('GET me/rsvp is my answer, and 404 where I have none', async () => {
    const api = make()
    expect(await send(api, 'GET /api/v1/events/event-1/me/rsvp')).toEqual(refusal(404, 400400))
    api.answerAs('ada', 'event-1', 'going')
    expect((await send(api, 'GET /api/v1/events/event-1/me/rsvp')).json.eventResponses).toHaveLength(1)
  })

  test('GET rsvp lists who answered, by status and page, with their users', async () => {
    const api = make({ events: 0 })
    api.putEvent({ eventId: 'e' })
    for (const user of ['u1', 'u2', 'u3']) api.answerAs(user, 'e', 'going')
    api.answerAs('u4', 'e', 'not_going')
    const all = await send(api, 'GET /api/v1/events/e/rsvp')
    expect(all.json.eventResponses).toHaveLength(4)
    const { json } = await send(api, 'GET /api/v1/events/e/rsvp?status=going&options[limit]=2')
    expect(json.eventResponses.map((row) => row.userId)).toEqual(['u1', 'u2'])
    expect(json.users.map((user) => user.userId)).toEqual(['organiser', 'u1', 'u2'])
    expect(json.paging.next).toBeDefined()
    expect(await send(api, 'GET /api/v1/events/e/rsvp?status=maybe')).toEqual(refusal(422, 500000))
  })

  test('GET events/me/rsvps lists my answers with their events, and is not taken for an event called "me"', async () => {
    const api = make({
      answers: { ada: { 'event-3': 'going', 'event-1': 'not_going' }, bob: { 'event-2': 'going' } },
    })
    const mine = await send(api, 'GET /api/v1/events/me/rsvps')
    expect(mine.json.eventResponses.map((row) => row.eventId)).toEqual(['event-1', 'event-3'])
    expect(idsOf(mine)).toEqual(['event-1', 'event-3'])
    expect(idsOf(await send(api, 'GET /api/v1/events/me/rsvps?status=going'))).toEqual(['event-3'])
    api.deleteEvent('event-3')
    expect(idsOf(await send(api, 'GET /api/v1/events/me/rsvps'))).toEqual(['event-1'])
  })

  test('an unknown path, or a method it does not take, is 404 with the envelope', async () => {
    expect(await send(make(), 'GET /api/v1/nothing')).toEqual(refusal(404, 400400))
    expect(await send(make(), 'DELETE /api/v1/events/event-1/rsvp')).toEqual(refusal(404, 400400))
    expect(await send(make(), 'GET /api/v1/events/%E0%A4%A')).toEqual(refusal(404, 400400))
  })

  test('every row of every list is readable by the store', async () => {
    const api = make({ events: 60 })
    const raw = openBundle((await send(api, 'GET /api/v1/events?options[limit]=100')).json)
    if (!raw) throw new Error('not a bundle')
    for (const table of ['events', 'users', 'files'] as const) {
      expect(readRows(table, raw[table]).quarantined).toEqual([])
      expect(raw[table].length).toBeGreaterThan(10)
    }
    expect(raw.users.some((user) => (user as { hashFlag: unknown }).hashFlag === null)).toBe(true)
    expect(raw.users.some((user) => (user as { hashFlag: unknown }).hashFlag !== null)).toBe(true)
  })
})

describe('sessions', () => {
  test.each(['', 'Bearer nonsense', 'Basic abc'])(
    'the Authorization header "%s" is 401 and 400100',
    async (header) => {
      const api = make()
      const headers = new Headers(header ? { authorization: header } : {})
      const reply = await api.fetch(new Request('http://api.test/api/v1/events', { headers }))
      expect([reply.status, (await reply.json()).code]).toEqual([401, 400100])
    },
  )

  test('a token is stable until it is revoked, expired by hand, or past its time', async () => {
    const api = make({ tokenLifetimeMs: 1_000 })
    const first = api.tokenFor('ada')
    expect(api.tokenFor('ada')).toBe(first)
    expect(api.tokenFor('bob')).not.toBe(first)
    const spoil = [
      () => api.revoke(first),
      () => api.expireTokens('ada'),
      () => api.expireTokens(),
      () => clock.advance(1_000),
    ]
    for (const doIt of spoil) {
      const token = api.tokenFor('ada')
      expect((await send(api, 'GET /api/v1/events', { token })).status).toBe(200)
      doIt()
      expect(await send(api, 'GET /api/v1/events', { token })).toEqual(refusal(401, 400100))
      expect(api.tokenFor('ada')).not.toBe(token)
    }
  })

  test('expiring the tokens of one user leaves the others alone', async () => {
    const api = make()
    const token = api.tokenFor('bob')
    api.expireTokens('ada')
    expect((await send(api, 'GET /api/v1/events', { token })).status).toBe(200)
  })

  const signIn = (api: ApiDouble, body: object) =>
    send(api, 'POST /api/v5/sessions', { token: 'none-yet', body })

  test('POST sessions signs in, makes an unknown user, and gives a JWT with its times', async () => {
    const api = make()
    const { status, json } = await signIn(api, { userId: 'new-here', deviceId: 'd1', displayName: 'New' })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      issuedAt: iso(START),
      expiresAt: iso(START + 30 * DAY_MS),
      userType: 'signed-in',
    })
    expect(json.users).toEqual([expect.objectContaining({ userId: 'new-here', displayName: 'New' })])
    expect(json.files).toEqual([expect.objectContaining({ fileId: 'avatar-new-here' })])
    const claims = JSON.parse(
      atob((json.accessToken.split('.')[1] ?? '').replace(/-/g, '+').replace(/_/g, '/')),
    )
    expect(claims).toMatchObject({
      user: { publicUserId: 'new-here' },
      iat: START / 1000,
      exp: START / 1000 + 30 * 86_400,
    })
    expect((await send(api, 'GET /api/v1/events', { token: json.accessToken })).status).toBe(200)
  })

  test.each([
    { deviceId: 'd' },
    { userId: 'x' },
    { userId: 'x'.repeat(51), deviceId: 'd' },
    { userId: 'ADMIN_x', deviceId: 'd' },
  ])('signing in with %o is 422', async (body) => {
    expect(await signIn(make(), body)).toEqual(refusal(422, 500000))
  })

  test('another user on the same device ends the session before; the same user does not', async () => {
    const api = make()
    const one = (await signIn(api, { userId: 'ada', deviceId: 'd' })).json.accessToken
    const two = (await signIn(api, { userId: 'ada', deviceId: 'd' })).json.accessToken
    expect(two).not.toBe(one)
    expect((await send(api, 'GET /api/v1/events', { token: one })).status).toBe(200)
    await signIn(api, { userId: 'bob', deviceId: 'd' })
    expect((await send(api, 'GET /api/v1/events', { token: one })).status).toBe(401)
  })

  test('DELETE sessions signs out', async () => {
    const api = make()
    const token = api.tokenFor('ada')
    expect((await send(api, 'DELETE /api/v4/sessions', { token })).json).toEqual({ success: true })
    expect((await send(api, 'GET /api/v1/events', { token })).status).toBe(401)
  })
})

describe('moods', () => {
  const tap = (api: ApiDouble, signal?: AbortSignal) =>
    api.fetch(
      requestTo(api, 'POST /api/v1/events/event-1/rsvp', {
        body: { status: 'going' },
        ...(signal && { signal }),
      }),
    )

  test.each([
    ['down', 0],
    ['lost-request', 0],
    ['lost-reply', 1],
  ] as const)('%s rejects as fetch does, with %d answers applied', async (mood, applied) => {
    const api = make()
    api.mood = mood
    await expect(tap(api)).rejects.toThrow(TypeError)
    expect(api.writes()).toHaveLength(applied)
    expect(api.requests()).toEqual([expect.objectContaining({ method: 'POST', status: 0 })])
  })

  test.each([
    ['server-error', 500, 500000],
    ['refusing', 403, 400300],
    ['rate-limited', 429, 400311],
    ['signed-out', 401, 400100],
  ] as const)('%s answers a tap with %d and %d, and applies nothing', async (mood, status, code) => {
    const api = make()
    api.mood = mood
    expect(await answer(api, 'POST', 'going')).toEqual(refusal(status, code))
    expect(api.writes()).toEqual([])
  })

  test.each([
    ['server-error', 500],
    ['refusing', 200],
    ['rate-limited', 429],
    ['signed-out', 401],
  ] as const)('%s answers a read with %d', async (mood, status) => {
    const api = make()
    api.mood = mood
    expect((await send(api, 'GET /api/v1/events')).status).toBe(status)
  })

  test('signed out, one can still sign in', async () => {
    const api = make()
    api.mood = 'signed-out'
    const body = { userId: 'ada', deviceId: 'd' }
    expect((await send(api, 'POST /api/v5/sessions', { body })).status).toBe(200)
  })

  test('rate-limited says what it is told to say in Retry-After', async () => {
    const api = make()
    api.mood = 'rate-limited'
    const header = async () => (await send(api, 'GET /api/v1/events')).headers.get('retry-after')
    expect(await header()).toBe('2')
    api.retryAfter = 'Mon, 01 Jun 2026 12:01:00 GMT'
    expect(await header()).toBe('Mon, 01 Jun 2026 12:01:00 GMT')
    api.retryAfter = undefined
    expect(await header()).toBeNull()
  })

  test('a captive portal answers everything with a page, even a preflight', async () => {
    const api = make()
    api.mood = 'captive-portal'
    for (const method of ['POST', 'OPTIONS']) {
      const reply = await api.fetch(new Request('http://api.test/api/v1/events/event-1/rsvp', { method }))
      expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'text/html'])
      expect(await reply.text()).toContain('<html')
    }
  })

  test('slow waits, then applies and replies', async () => {
    const api = make({ slowMs: 500 })
    api.mood = 'slow'
    const reply = tap(api)
    await until(() => clock.waiting.size === 1)
    clock.advance(499)
    expect(clock.waiting.size).toBe(1)
    expect(api.writes()).toEqual([])
    clock.advance(1)
    expect((await reply).status).toBe(200)
    expect(api.writes()).toHaveLength(1)
  })

  test('a slow request that is given up rejects with the reason, and is never applied', async () => {
    const api = make()
    api.mood = 'slow'
    const giveUp = new AbortController()
    const reply = tap(api, giveUp.signal)
    await until(() => clock.waiting.size === 1)
    giveUp.abort(new Error('too slow'))
    await expect(reply).rejects.toThrow('too slow')
    expect(clock.waiting.size).toBe(0)
    clock.advance(DAY_MS)
    expect(api.writes()).toEqual([])
  })

  test('slow works by real time where the clock can only tell the time', async () => {
    const api = createApiDouble({ events: 1, slowMs: 0, clock: { now: () => START } })
    api.mood = 'slow'
    expect((await tap(api)).status).toBe(200)
  })

  test('giving up a slow request leaves no timer behind', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const api = createApiDouble({ events: 1, clock: { now: () => START } })
    api.mood = 'slow'
    const giveUp = new AbortController()
    const reply = tap(api, giveUp.signal)
    await until(() => vi.getTimerCount() === 1)
    giveUp.abort()
    await expect(reply).rejects.toMatchObject({ name: 'AbortError' })
    expect(vi.getTimerCount()).toBe(0)
  })

  test('a request that was given up before it was sent is not seen at all', async () => {
    const api = make()
    await expect(tap(api, AbortSignal.abort())).rejects.toMatchObject({ name: 'AbortError' })
    expect(api.requests()).toEqual([])
  })
})

describe('the hook', () => {
  test('can hold a reply after it was applied; giving up is heard at once', async () => {
    const api = make()
    const giveUp = new AbortController()
    api.intercept = async (request, next) => {
      await next(request)
      return new Promise(() => {})
    }
    const reply = api.fetch(
      requestTo(api, 'POST /api/v1/events/event-1/rsvp', {
        body: { status: 'going' },
        signal: giveUp.signal,
      }),
    )
    await until(() => api.writes().length === 1)
    giveUp.abort()
    await expect(reply).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('can hold a request before it is applied; giving up then applies nothing', async () => {
    const api = make()
    const giveUp = new AbortController()
    let release = () => {}
    let outcome: Promise<unknown> = Promise.resolve()
    api.intercept = (request, next) => {
      const held = new Promise<void>((resolve) => {
        release = resolve
      }).then(() => next(request))
      outcome = held.catch((reason) => reason)
      return held
    }
    const reply = api.fetch(
      requestTo(api, 'POST /api/v1/events/event-1/rsvp', {
        body: { status: 'going' },
        signal: giveUp.signal,
      }),
    )
    giveUp.abort()
    await expect(reply).rejects.toMatchObject({ name: 'AbortError' })
    release()
    expect(await outcome).toMatchObject({ name: 'AbortError' })
    expect(api.writes()).toEqual([])
  })

  test("can answer in the API's place, and a page may read that too", async () => {
    const api = make()
    api.intercept = async () => new Response('{}', { status: 418 })
    const reply = await api.fetch(requestTo(api, 'GET /api/v1/events'))
    expect([reply.status, reply.headers.get('access-control-allow-origin')]).toEqual([418, '*'])
    expect(api.requests()).toEqual([expect.objectContaining({ status: 418 })])
  })
})

describe('CORS', () => {
  const preflight = (api: ApiDouble, method: string, headers: string) =>
    api.fetch(
      new Request('http://api.test/api/v1/events/event-1/rsvp', {
        method: 'OPTIONS',
        headers: { 'access-control-request-method': method, 'access-control-request-headers': headers },
      }),
    )

  test('a preflight for what the official SDK sends is allowed, without a token', async () => {
    const reply = await preflight(
      make(),
      'PUT',
      'authorization,content-type, X-API-Key,set-access-token-cookie',
    )
    expect(reply.status).toBe(204)
    expect(reply.headers.get('access-control-allow-origin')).toBe('*')
    expect(reply.headers.get('access-control-allow-methods')).toBe('GET, POST, PUT, DELETE')
    expect(reply.headers.get('access-control-allow-headers')).toBe(
      'authorization, content-type, x-api-key, set-access-token-cookie',
    )
  })

  test.each([
    ['POST', 'authorization, idempotency-key'],
    ['PATCH', 'authorization'],
  ])('a preflight for %s with %s gets no permission', async (method, headers) => {
    const reply = await preflight(make(), method, headers)
    expect([...reply.headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
    expect(reply.ok).toBe(false)
  })

  test('every reply may be read from any origin, with Retry-After and Date', async () => {
    const api = make()
    const replies = [await send(api, 'GET /api/v1/events'), await send(api, 'GET /nowhere')]
    api.mood = 'server-error'
    replies.push(await send(api, 'GET /api/v1/events'))
    for (const { headers } of replies) {
      expect(headers.get('access-control-allow-origin')).toBe('*')
      expect(headers.get('access-control-expose-headers')).toBe('Retry-After, Date')
      expect(headers.get('date')).toBe('Mon, 01 Jun 2026 12:00:00 GMT')
    }
  })
})

describe('the rate limit', () => {
  test('is off unless asked for', async () => {
    const api = make()
    for (let at = 0; at < 150; at++) expect((await send(api, 'GET /api/v1/events/event-1')).status).toBe(200)
  })

  test('lets 100 requests in 5 seconds through per user, then says for how long to wait', async () => {
    const api = make({ limit: true })
    const read = (as: string) => send(api, 'GET /api/v1/events/event-1', { as })
    for (let at = 0; at < 100; at++) expect((await read('ada')).status).toBe(200)
    clock.advance(1_500)
    const refused = await read('ada')
    expect(refused).toEqual(refusal(429, 400311))
    expect(refused.headers.get('retry-after')).toBe('4')
    expect((await read('bob')).status).toBe(200)
    clock.advance(3_500)
    expect((await read('ada')).status).toBe(200)
  })
})

describe('the world', () => {
  test('the same seed and clock give the same rows; another seed gives others', () => {
    const rows = (seed: number) =>
      JSON.stringify([make({ events: 30, seed }).events(), make({ events: 30, seed }).responses()])
    expect(rows(7)).toBe(rows(7))
    expect(rows(7)).not.toBe(rows(8))
  })

  test('a large world ends in the special cases; all others are scheduled, public and two days away or more', () => {
    const events = make({ events: 60 }).events()
    expect(events.map((event) => event.eventId)).toEqual(
      Array.from({ length: 60 }, (_, at) => `event-${at + 1}`),
    )
    expect(events.slice(-7).map((event) => event.status)).toEqual([
      'cancelled',
      'cancelled',
      'ended',
      'live',
      'scheduled',
      'scheduled',
      'scheduled',
    ])
    expect(events[57]?.startTime).toBe(iso(START + 10 * MINUTE_MS))
    expect(events[58]?.isOriginPublic).toBe(false)
    expect(events[59]?.isDeleted).toBe(true)
    for (const event of events.slice(0, -7)) expect(event).toEqual(plain)
    for (const event of make({ events: 5 }).events()) expect(event).toEqual(plain)
    const starts = events.slice(0, -7).map((event) => Date.parse(event.startTime ?? ''))
    expect(Math.min(...starts) - START).toBeGreaterThanOrEqual(2 * DAY_MS)
    expect(Math.max(...starts) - START).toBeLessThan(60 * DAY_MS)
    expect(new Set(events.map((event) => event.title)).size).toBe(60)
    expect(new Set(events.map((event) => 'endTime' in event)).size).toBe(2)
    expect(new Set(events.map((event) => event.type)).size).toBe(2)
  })
  const plain = expect.objectContaining({ status: 'scheduled', isOriginPublic: true, isDeleted: false })

  test('without options there are 60 events around the real time, and ada and bob', async () => {
    const api = createApiDouble()
    expect(api.events()).toHaveLength(60)
    expect(Date.parse(api.events()[0]?.startTime ?? '')).toBeGreaterThan(Date.now() + 2 * DAY_MS)
    const names = ['ada', 'bob'].map(
      async (user) => (await send(api, `GET /api/v3/users/${user}`)).json.users[0],
    )
    expect(await Promise.all(names)).toMatchObject([{ displayName: 'Ada' }, { displayName: 'Bob' }])
  })

  test('the given users have no answers, unless some are given', () => {
    const mine = (api: ApiDouble) => api.responses().filter((row) => row.userId === 'ada')
    expect(mine(make({ events: 60 }))).toEqual([])
    expect(make({ events: 60, users: ['mira'] }).responses()).not.toContainEqual(
      expect.objectContaining({ userId: 'mira' }),
    )
    expect(mine(make({ answers: { ada: { 'event-1': 'going' } } }))).toHaveLength(1)
  })

  test('somebody may answer from elsewhere: counted, but no write of this API', () => {
    const api = make()
    const { rsvpCount = 0 } = eventNamed(api, 'event-1')
    expect(api.answerAs('stranger', 'event-1', 'going')).toMatchObject({
      userId: 'stranger',
      status: 'going',
    })
    expect(eventNamed(api, 'event-1').rsvpCount).toBe(rsvpCount + 1)
    expect(api.writes()).toEqual([])
    expect(() => api.answerAs('ada', 'nowhere', 'going')).toThrow(RangeError)
  })

  test('writes and requests are kept in order, with who and when', async () => {
    const api = make()
    await answer(api, 'POST', 'going')
    clock.advance(5)
    await answer(api, 'PUT', 'not_going')
    await send(api, 'GET /api/v1/events?type=virtual', { token: 'unknown' })
    const write = { eventId: 'event-1', userId: 'ada' }
    expect(api.writes()).toEqual([
      { ...write, method: 'POST', status: 'going', at: START },
      { ...write, method: 'PUT', status: 'not_going', at: START + 5 },
    ])
    const rsvp = { path: '/api/v1/events/event-1/rsvp', search: '', userId: 'ada', status: 200 }
    expect(api.requests()).toEqual([
      { ...rsvp, method: 'POST', at: START },
      { ...rsvp, method: 'PUT', at: START + 5 },
      { method: 'GET', path: '/api/v1/events', search: '?type=virtual', at: START + 5, status: 401 },
    ])
  })

  test('fetch may be detached, and the lists that are given out are copies', async () => {
    const api = make()
    const { fetch } = api
    expect((await fetch(requestTo(api, 'GET /api/v1/events'))).status).toBe(200)
    await answer(api, 'POST', 'going')
    for (const list of [api.events, api.responses, api.writes, api.requests]) {
      const before = JSON.stringify(list())
      ;(list() as unknown[]).length = 0
      expect(JSON.stringify(list())).toBe(before)
    }
  })
})

describe('pictures', () => {
  test("file URLs are absolute, at the request's own origin, and serve SVG without a token", async () => {
    const api = make()
    const { json } = await send(api, 'GET https://elsewhere.test:8443/api/v1/events/event-1')
    const urls = json.files.map((file) => file.fileUrl)
    expect(urls).toContain('https://elsewhere.test:8443/files/cover-event-1')
    for (const url of urls) {
      const reply = await api.fetch(new Request(url))
      expect([reply.status, reply.headers.get('content-type')]).toEqual([200, 'image/svg+xml'])
      expect(reply.headers.get('cache-control')).toContain('public')
      expect(await reply.text()).toMatch(/^<svg .*<\/svg>$/s)
    }
    expect(await send(api, 'GET /files/nothing')).toEqual(refusal(404, 400400))
  })

  test('the file row tells the size of what is served', async () => {
    const api = make()
    const { json } = await send(api, 'GET /api/v1/events/event-1')
    for (const file of json.files) {
      const reply = await api.fetch(new Request(file.fileUrl))
      expect((await reply.arrayBuffer()).byteLength).toBe(file.attributes?.size)
    }
  })

  test('an avatar shows initials, whatever the name is made of', async () => {
    const api = make({ users: ['<b>&'] })
    const { json } = await send(api, 'GET /api/v3/users/%3Cb%3E%26', { as: '<b>&' })
    const drawn = await (await api.fetch(new Request(json.files[0]?.fileUrl ?? ''))).text()
    expect(drawn).toContain('>B</text>')
    expect(await (await api.fetch(new Request('http://api.test/files/avatar-mira'))).text()).toContain(
      '>MK</text>',
    )
  })
})

/** Lets pending microtasks and stream reads run until the condition holds. */
async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

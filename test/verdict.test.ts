import { describe, expect, test } from 'vitest'
import type { Question } from '../src/remote/remote.ts'
import { socialPlus } from '../src/remote/social-plus.ts'
import { verdictOf } from '../src/remote/verdict.ts'

type Asked = Parameters<typeof verdictOf>[0]
type Reply = Parameters<typeof verdictOf>[1]

const everything: Asked['accepts'] = () => true
const nothing: Asked['accepts'] = () => false

const heard = (status: number, json?: unknown, retryAfterMs?: number): Reply => ({
  status,
  json,
  retryAfterMs,
})
const silent = (silence: NonNullable<Reply['silence']>): Reply => ({ status: 0, silence })
const envelope = (code: number, message = 'words') => ({ status: 'error', code, message })
const answer = { ask: 'answer', eventId: 'e', status: 'going' } as const
const QUESTIONS: Readonly<Record<'GET' | 'POST' | 'PUT', Question>> = {
  GET: { ask: 'event', eventId: 'e' },
  POST: { ...answer, isKnown: false },
  PUT: { ...answer, isKnown: true },
}
const judge = (method: keyof typeof QUESTIONS, reply: Reply, accepts = everything) =>
  verdictOf({ remote: socialPlus, question: QUESTIONS[method], me: 'ada', accepts }, reply)

const BUNDLE = { events: [], eventResponses: [], users: [], files: [] }

/** What is expected of each method: [GET, POST, PUT]. */
type Row = readonly [what: string, reply: Reply, get: string, post: string, put: string]
const same = (what: string, reply: Reply, kind: string): Row => [what, reply, kind, kind, kind]

const TABLE: readonly Row[] = [
  same('200 with a bundle', heard(200, BUNDLE), 'accepted'),
  same('201 with a bundle', heard(201, BUNDLE), 'accepted'),
  same('200 with the older name of the answers', heard(200, { eventRsvps: [] }), 'accepted'),
  same('200 that is not JSON', heard(200), 'unknown'),
  same('200 with another JSON', heard(200, { hello: 'world' }), 'unknown'),
  same('200 with a JSON text', heard(200, 'events'), 'unknown'),
  same('200 with an error envelope', heard(200, envelope(400000)), 'unknown'),
  same('204 without a body', heard(204), 'unknown'),
  same('300 with a bundle', heard(300, BUNDLE), 'unknown'),
  same('302', heard(302), 'unknown'),
  same('304', heard(304, BUNDLE), 'unknown'),
  same('nothing, for the connection', silent('no-reply'), 'unknown'),
  same('nothing, for the time-out', silent('timed-out'), 'unknown'),
  same('a redirect', silent('not-the-api'), 'unknown'),
  same('408', heard(408), 'unknown'),
  same('425', heard(425, envelope(400000)), 'unknown'),
  same('500 without a body', heard(500), 'unknown'),
  same('500 with code 500000', heard(500, envelope(500000)), 'unknown'),
  same('502 of a proxy', heard(502), 'unknown'),
  same('503 whatever code it names', heard(503, envelope(400400)), 'unknown'),
  same('504', heard(504), 'unknown'),
  same('429 with its code', heard(429, envelope(400311)), 'slow-down'),
  same('429 alone', heard(429), 'slow-down'),
  same('400 with the rate limit code', heard(400, envelope(400311)), 'slow-down'),
  same('401 with its code', heard(401, envelope(400100)), 'signed-out'),
  same('401 alone', heard(401), 'signed-out'),
  same('400 with the token code', heard(400, envelope(400100)), 'signed-out'),
  same('403 with the token code', heard(403, envelope(400100)), 'signed-out'),
  same('no token at all', silent('signed-out'), 'signed-out'),
  ['409', heard(409), 'failed', 'exists', 'failed'],
  ['409 with code 400900', heard(409, envelope(400900)), 'failed', 'exists', 'failed'],
  ['400 with code 400315', heard(400, envelope(400315)), 'failed', 'exists', 'failed'],
  ['400 with code 400900', heard(400, envelope(400900)), 'failed', 'exists', 'failed'],
  ['400 alone', heard(400), 'failed', 'exists', 'failed'],
  ['400 with the catch-all code', heard(400, envelope(400000)), 'failed', 'exists', 'failed'],
  ['404 with its code', heard(404, envelope(400400)), 'missing', 'failed', 'missing'],
  ['404 alone', heard(404), 'missing', 'failed', 'missing'],
  ['400 with the code of 404', heard(400, envelope(400400)), 'missing', 'failed', 'missing'],
  same('403 with its code', heard(403, envelope(400300)), 'failed'),
  same('403 alone', heard(403), 'failed'),
  same('403 banned', heard(403, envelope(400312)), 'failed'),
  same('422 with code 500000', heard(422, envelope(500000)), 'failed'),
  same('403 with the catch-all code', heard(403, envelope(400000)), 'failed'),
  same('422 alone', heard(422), 'failed'),
  same('405', heard(405), 'failed'),
  same('410', heard(410), 'failed'),
  same('400 with a code of its own', heard(400, envelope(400323)), 'failed'),
]

describe('verdicts: the HTTP status first, then the code, never the message', () => {
  test.each(TABLE)('%s', (_, reply, get, post, put) => {
    expect([judge('GET', reply).kind, judge('POST', reply).kind, judge('PUT', reply).kind]).toEqual([
      get,
      post,
      put,
    ])
  })

  test('the same code 500000 is a refusal with HTTP 422 and silence with HTTP 500', () => {
    expect(judge('POST', heard(422, envelope(500000))).kind).toBe('failed')
    expect(judge('POST', heard(500, envelope(500000))).kind).toBe('unknown')
  })

  test('a 2xx bundle without what was asked for is unknown, and is told apart as "not the API"', () => {
    expect(judge('POST', heard(200, BUNDLE), nothing)).toMatchObject({
      kind: 'unknown',
      failure: { kind: 'not-the-api', httpStatus: 200 },
    })
  })

  test('a question whose reply does not speak of it has no answer: there is no such thing', () => {
    expect(judge('GET', heard(200, BUNDLE), nothing)).toMatchObject({
      kind: 'missing',
      failure: { kind: 'event-gone', httpStatus: 200 },
    })
  })

  test('silence has no status and no code', () => {
    expect(judge('POST', silent('no-reply'))).toEqual({
      kind: 'unknown',
      failure: { kind: 'no-reply', message: 'no-reply' },
    })
  })

  test('a message changes nothing, whatever it says', () => {
    const said = (message: string) => judge('POST', heard(403, envelope(400300, message))).kind
    expect(said('RSVP already exists')).toBe('failed')
    expect(said('token expired')).toBe('failed')
    expect(said('Resource Not Found.')).toBe('failed')
  })

  test('the accepted verdict hands on the lists and the page tokens', () => {
    const json = { events: [{ eventId: 'e' }], eventResponses: [], paging: { next: 'n' } }
    expect(judge('GET', heard(200, json))).toMatchObject({
      kind: 'accepted',
      raw: { events: [{ eventId: 'e' }] },
      next: 'n',
    })
  })

  test.each([
    ['unknown', heard(503, undefined, 7_000)],
    ['slow-down', heard(429, undefined, 7_000)],
  ])('%s hands on how long the server asked us to wait', (kind, reply) => {
    expect(judge('PUT', reply)).toMatchObject({ kind, retryAfterMs: 7_000 })
  })

  test.each([
    [
      heard(403, envelope(400300, 'not a member')),
      { kind: 'forbidden', httpStatus: 403, apiCode: 400300, message: 'not a member' },
    ],
    [heard(404, envelope(400400)), { kind: 'event-gone', httpStatus: 404 }],
    [heard(422, envelope(500000)), { kind: 'refused', httpStatus: 422, apiCode: 500000 }],
    [heard(500, envelope(500000)), { kind: 'server-error', httpStatus: 500 }],
    [heard(429), { kind: 'rate-limited', httpStatus: 429 }],
    [heard(401), { kind: 'signed-out', httpStatus: 401 }],
    [heard(200), { kind: 'not-the-api', httpStatus: 200 }],
  ])('the failure of %j is typed', (reply, failure) => {
    expect(judge('POST', reply)).toMatchObject({ failure })
  })

  test('a failure always has words, and never a novel', () => {
    const silentOnes = [heard(403), heard(404), heard(418), heard(500), heard(429), heard(401), heard(200)]
    for (const reply of silentOnes) {
      const verdict = judge('POST', reply)
      expect('failure' in verdict && verdict.failure.message.length).toBeGreaterThan(5)
    }
    const long = judge('POST', heard(403, envelope(400300, 'x'.repeat(100_000))))
    expect('failure' in long && long.failure.message.length).toBeLessThan(1_000)
  })

  test.each([
    ['a code that is no number', { code: '400100', message: 'x' }],
    ['a list', [1, 2]],
    ['a message that is no text', { code: 400300, message: { a: 1 } }],
  ])('an envelope with %s does not break the verdict', (_, json) => {
    expect(judge('POST', heard(403, json)).kind).toBe('failed')
  })
})

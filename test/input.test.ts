import { describe, expect, test } from 'vitest'
import { createRsvpStore, RsvpStoreError } from '../src/index.ts'
import { record, startWorld } from './world.ts'

class Reactive {
  readonly limit = 1
}
const proxied = <T extends object>(value: T): T => new Proxy(value, {})

async function refusalOf(act: () => unknown): Promise<RsvpStoreError> {
  try {
    await act()
  } catch (error) {
    expect(error).toBeInstanceOf(RsvpStoreError)
    return error as RsvpStoreError
  }
  throw new Error('was not refused')
}

const ANY = (value: unknown) => value as never

describe('a tap with bad input', () => {
  test.each<[string, unknown, unknown, string]>([
    ['an unknown status', 'event-1', 'maybe', 'status'],
    ['a status in capitals', 'event-1', 'GOING', 'status'],
    ['no status', 'event-1', undefined, 'status'],
    ['null for a status', 'event-1', null, 'status'],
    ['a number for a status', 'event-1', 1, 'status'],
    ['a list for a status', 'event-1', ['going'], 'status'],
    ['an empty id', '', 'going', 'eventId'],
    ['an id of 65 characters', 'x'.repeat(65), 'going', 'eventId'],
    ['no id', undefined, 'going', 'eventId'],
    ['null for an id', null, 'going', 'eventId'],
    ['a number for an id', 42, 'going', 'eventId'],
    ['an object for an id', { eventId: 'event-1' }, 'going', 'eventId'],
    ['a proxy for an id', proxied({ id: 1 }), 'going', 'eventId'],
    ['a String object for an id', new String('event-1'), 'going', 'eventId'],
    ['a function for an id', () => 'event-1', 'going', 'eventId'],
  ])('%s is refused by name, and nothing is stored or shown', async (_, eventId, status, argument) => {
    const { store, rows, calm } = await startWorld()
    const views = record(store.event$('event-1'))
    await calm()
    const before = views.length
    const refusal = await refusalOf(() => store.rsvp(ANY(eventId), ANY(status)))
    expect(refusal).toMatchObject({ code: 'invalid-argument', argument })
    expect(refusal.message).toContain(argument)
    await calm()
    expect(await rows('outbox')).toEqual([])
    expect(views).toHaveLength(before)
  })

  test.each(['x', 'x'.repeat(64), 'weird/id?#%', '__proto__', 'constructor', 'größe-🌱'])(
    '%s is a good id',
    async (id) => {
      const { store, goOnline, rows } = await startWorld()
      goOnline(false)
      await store.rsvp(id, 'going')
      expect(await rows('outbox')).toMatchObject([{ eventId: id }])
    },
  )

  test('an id with odd characters stays one path segment', async () => {
    const { store, api, calm } = await startWorld()
    await store.rsvp('a/b?c#d', 'going')
    await calm()
    expect(api.requests().at(-1)?.path).toBe('/api/v1/events/a%2Fb%3Fc%23d/rsvp')
  })

  test.each(['retry', 'discard', 'settled', 'pullEvent', 'pullAttendees'] as const)(
    '%s() checks its id too',
    async (verb) => {
      const { store } = await startWorld()
      expect(await refusalOf(() => store[verb](''))).toMatchObject({
        code: 'invalid-argument',
        argument: 'eventId',
      })
    },
  )

  test('event$() and attendees$() throw at once', async () => {
    const { store } = await startWorld()
    expect(() => store.event$('')).toThrow(expect.objectContaining({ argument: 'eventId' }))
    expect(() => store.attendees$('')).toThrow(expect.objectContaining({ argument: 'eventId' }))
  })
})

describe('a query with a bad field', () => {
  test.each<[unknown, string]>([
    [{ limit: 0 }, 'query.limit'],
    [{ limit: -1 }, 'query.limit'],
    [{ limit: 1.5 }, 'query.limit'],
    [{ limit: '5' }, 'query.limit'],
    [{ limit: Number.NaN }, 'query.limit'],
    [{ limit: null }, 'query.limit'],
    [{ from: 'yesterday' }, 'query.from'],
    [{ from: Number.NaN }, 'query.from'],
    [{ from: new Date(Number.NaN) }, 'query.from'],
    [{ to: {} }, 'query.to'],
    [{ to: '10' }, 'query.to'],
    [{ status: 5 }, 'query.status'],
    [{ status: [] }, 'query.status'],
    [{ myStatus: 'maybe' }, 'query.myStatus'],
    [{ myStatus: ['going', 'maybe'] }, 'query.myStatus'],
    [{ tags: [5] }, 'query.tags'],
    [{ originId: '' }, 'query.originId'],
    [{ originId: 5 }, 'query.originId'],
    [{ userId: 'x'.repeat(65) }, 'query.userId'],
    [{ orderBy: 'title' }, 'query.orderBy'],
    [{ type: 5 }, 'query.type'],
    [{ originType: 5 }, 'query.originType'],
    [{ limt: 5 }, 'query'],
    [5, 'query'],
    ['all', 'query'],
    [null, 'query'],
    [[], 'query'],
    [new Reactive(), 'query'],
    [new Map(), 'query'],
    [() => ({}), 'query'],
  ])('%j is refused by name', async (query, argument) => {
    const { store } = await startWorld()
    const matching = expect.stringMatching(new RegExp(`^${argument.replace('.', '\\.')}`))
    for (const verb of [() => store.events$(ANY(query)), () => store.pullEvents(ANY(query))])
      expect(await refusalOf(verb)).toMatchObject({ code: 'invalid-argument', argument: matching })
  })

  test.each<[unknown, string]>([
    [{ status: 'maybe' }, 'query.status'],
    [{ limit: 0 }, 'query.limit'],
    [{ from: 5 }, 'query'],
    [5, 'query'],
  ])('attendees: %j is refused by name', async (query, argument) => {
    const { store } = await startWorld()
    const matching = expect.stringContaining(argument)
    const verbs = [
      () => store.attendees$('event-1', ANY(query)),
      () => store.pullAttendees('event-1', ANY(query)),
      () => store.pullMyRsvps(ANY(query)),
    ]
    for (const verb of verbs)
      expect(await refusalOf(verb)).toMatchObject({ code: 'invalid-argument', argument: matching })
  })

  test('undefined stands for a missing field', async () => {
    const { store } = await startWorld()
    store.events$({ limit: undefined, from: undefined, status: undefined } as never)
    store.events$(undefined)
    store.attendees$('event-1', { status: undefined } as never)
  })

  test('logout takes one of three words', async () => {
    const { store } = await startWorld()
    expect(await refusalOf(() => store.logout({ unsent: ANY('burn') }))).toMatchObject({
      code: 'invalid-argument',
      argument: expect.stringContaining('unsent'),
    })
  })
})

describe('merge with something that is no bundle', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', '{"events":[]}'],
    ['an empty object', {}],
    ['an error envelope', { code: 400000 }],
    ['a list', []],
  ])('%s is refused by name', async (_, bundle) => {
    const { store } = await startWorld()
    expect(await refusalOf(() => store.merge(bundle))).toMatchObject({
      code: 'invalid-argument',
      argument: 'bundle',
    })
  })

  test('rows of an app’s own making are copied: what the app does to them later changes nothing', async () => {
    const { store, rows } = await startWorld()
    const row = { eventId: 'mine', tags: ['a'] }
    await store.merge({ events: [row] })
    row.tags.push('b')
    const stored = await rows<{ row: { eventId: string; tags: string[] } }>('events')
    expect(stored.find((kept) => kept.row.eventId === 'mine')?.row.tags).toEqual(['a'])
  })

  test('a row that IndexedDB could not hold stops nothing else', async () => {
    const { store } = await startWorld()
    const report = await store
      .merge({ events: [{ eventId: 'fine' }, { eventId: 'odd', title: 't', extra: () => 1 }] })
      .catch((error: RsvpStoreError) => error)
    if (report instanceof Error)
      expect(report).toMatchObject({ code: 'invalid-argument', argument: 'bundle' })
    else expect(report).toMatchObject({ applied: 1, quarantined: [{ id: 'odd' }] })
  })
})

describe('options', () => {
  const good = { userId: 'ada', baseUrl: 'https://apix.us.amity.co', getToken: () => 't' }

  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'options'],
    ['null', null, 'options'],
    ['a class instance', new Reactive(), 'options'],
    ['no userId', { ...good, userId: undefined }, 'options.userId'],
    ['an empty userId', { ...good, userId: '' }, 'options.userId'],
    ['a userId of 65 characters', { ...good, userId: 'x'.repeat(65) }, 'options.userId'],
    ['a userId that is a number', { ...good, userId: 5 }, 'options.userId'],
    ['a port by a wrong name', { ...good, ports: { fech: () => undefined } }, 'options.ports.fech'],
    ['a port of the wrong kind', { ...good, ports: { fetch: {} } }, 'options.ports.fetch'],
    ['no baseUrl', { ...good, baseUrl: undefined }, 'options.baseUrl'],
    ['a baseUrl that is no URL', { ...good, baseUrl: 'apix' }, 'options.baseUrl'],
    ['a baseUrl in clear over a network', { ...good, baseUrl: 'http://apix.us.amity.co' }, 'options.baseUrl'],
    ['a baseUrl of another protocol', { ...good, baseUrl: 'ftp://localhost' }, 'options.baseUrl'],
    ['a baseUrl that runs', { ...good, baseUrl: 'javascript:alert(1)' }, 'options.baseUrl'],
    [
      'a host that only begins like localhost',
      { ...good, baseUrl: 'http://localhost.evil.example' },
      'options.baseUrl',
    ],
    ['no getToken', { ...good, getToken: undefined }, 'options.getToken'],
    ['a getToken that is the token', { ...good, getToken: 'secret' }, 'options.getToken'],
    ['an empty name', { ...good, name: '' }, 'options.name'],
    ['a concurrency of none', { ...good, push: { concurrency: 0 } }, 'options.push.concurrency'],
    ['a time-out of none', { ...good, push: { timeoutMs: 0 } }, 'options.push.timeoutMs'],
    ['a time-out that is no number', { ...good, push: { timeoutMs: Number.NaN } }, 'options.push.timeoutMs'],
    ['a negative backoff', { ...good, push: { backoff: { baseMs: -1 } } }, 'options.push.backoff.baseMs'],
    ['half a request', { ...good, push: { pace: { requests: 0.5 } } }, 'options.push.pace.requests'],
    ['pulls every zero', { ...good, pull: { everyMs: 0 } }, 'options.pull.everyMs'],
    ['pulls every true', { ...good, pull: { everyMs: true } }, 'options.pull.everyMs'],
    ['an unknown option', { ...good, retries: 3 }, 'options'],
    ['an unknown option of push', { ...good, push: { timeout: 3 } }, 'options.push'],
  ])('%s is refused by name', async (_, options, argument) => {
    const refusal = await refusalOf(() => createRsvpStore(options as never))
    expect(refusal.code).toBe('invalid-argument')
    expect(refusal.argument?.startsWith(argument)).toBe(true)
    expect(refusal.message).not.toContain('secret')
  })

  test.each([
    'https://apix.eu.amity.co',
    'https://apix.eu.amity.co/',
    'http://localhost:8080',
    'http://127.0.0.1:1234',
    'http://[::1]:1234',
    'http://api.test',
  ])('%s is a good baseUrl', async (baseUrl) => {
    const store = createRsvpStore({ ...good, baseUrl })
    await store.close()
  })
})

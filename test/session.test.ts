import { describe, expect, test } from 'vitest'
import { RsvpStoreError } from '../src/index.ts'
import {
  attempts,
  createWorld,
  errorReply,
  hold,
  isIdle,
  isWrite,
  mineAt,
  now,
  record,
  startWorld,
  until,
  untilStatus,
} from './world.ts'

/** An app whose token the server has stopped taking; a refresh may bring a new one. */
async function withStaleToken(refresh: (fresh: string) => string | Promise<string>) {
  const asked: { refresh: boolean }[] = []
  const world = createWorld()
  const stale = world.api.tokenFor('ada')
  let token = stale
  const tab = world.openTab({
    getToken: async (request) => {
      asked.push({ refresh: request.refresh })
      if (request.refresh) token = await refresh(world.api.tokenFor('ada'))
      return token
    },
  })
  await tab.store.pullEvents()
  world.api.expireTokens()
  asked.length = 0
  return { ...world, world, ...tab, asked, stale, setToken: (next: string) => (token = next) }
}

describe('a token that the server refuses', () => {
  test('is renewed once for four parallel requests, and each is sent once more', async () => {
    const { world, store, api, asked, goOnline } = await withStaleToken((fresh) => fresh)
    goOnline(false)
    for (let at = 1; at <= 4; at += 1) await store.rsvp(`event-${at}`, 'going')
    const holding = hold(api, isWrite)
    goOnline(true)
    await world.pass(1_000)
    await holding.at(3)
    holding.open()
    await untilStatus(world, store, isIdle)
    expect(asked.filter(({ refresh }) => refresh)).toHaveLength(1)
    expect(attempts(api).sort()).toEqual([
      'POST 200',
      'POST 200',
      'POST 200',
      'POST 200',
      ...Array(4).fill('POST 401'),
    ])
    expect((await now(store.status$)).session).toBe('ok')
  })

  test('is renewed once for two tabs', async () => {
    const world = createWorld({ api: { events: 9 } })
    const { api } = world
    let [token, refreshes] = ['stale', 0]
    const getToken = async ({ refresh }: { refresh: boolean }) => {
      if (refresh) {
        refreshes += 1
        token = api.tokenFor('ada')
      }
      return token
    }
    const [one, other] = [world.openTab({ getToken }), world.openTab({ getToken })]
    const holding = hold(api, isWrite)
    one.goOnline(false)
    other.goOnline(false)
    for (let at = 1; at <= 9; at += 1) await one.store.rsvp(`event-${at}`, 'going') // one tab takes eight at most
    one.goOnline(true)
    other.goOnline(true)
    await world.pass(1_000)
    await holding.at(4)
    holding.open()
    await untilStatus(world, one.store, isIdle)
    await untilStatus(world, other.store, isIdle)
    expect(one.network.log.length * other.network.log.length).toBeGreaterThan(0)
    expect(refreshes).toBe(1)
    expect(api.writes()).toHaveLength(9)
  })

  test('is renewed all the same when the tab that renews it for all stands still', async () => {
    const world = createWorld()
    const { api } = world
    let token = 'stale'
    const { store } = world.openTab({
      getToken: async ({ refresh }) => {
        if (refresh) token = api.tokenFor('ada')
        return token
      },
      ports: {
        locks: {
          withLock: (name, work) => (name.endsWith('/token') ? new Promise(() => {}) : work()),
          isHeld: async () => true,
        },
      },
    })
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect(attempts(api)).toEqual(['POST 401', 'POST 200'])
  })

  test('with HTTP 400 and code 400100 counts the same', async () => {
    const { world, store, api, asked } = await withStaleToken((fresh) => fresh)
    let refusals = 0
    api.intercept = async (request, next) => {
      const reply = await next(request)
      if (reply.status !== 401) return reply
      refusals += 1
      return errorReply(400, 400100)
    }
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect(refusals).toBe(1)
    expect(asked.filter(({ refresh }) => refresh)).toHaveLength(1)
  })

  test('refused again after the refresh: signed out, visible, and nothing is lost or counted', async () => {
    const { store, api, rows, calm, asked } = await withStaleToken(() => 'no-good')
    await store.rsvp('event-1', 'going')
    const status = await until(store.status$, ({ session }) => session === 'signed-out')
    await calm()
    expect(status.queued).toBe(1)
    expect(await rows('outbox')).toEqual([expect.objectContaining({ failures: 0, state: 'queued' })])
    expect((await now(store.event$('event-1')))?.myRsvp).toMatchObject({
      status: 'going',
      failure: { kind: 'signed-out' },
    })
    expect(asked.filter(({ refresh }) => refresh)).toHaveLength(1)
    expect(attempts(api)).toEqual(['POST 401', 'POST 401'])
  })

  test('is not asked for in a hot loop while signed out', async () => {
    const { store, api, pass } = await withStaleToken(() => 'no-good')
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ session }) => session === 'signed-out')
    const before = api.requests().length
    await pass(60_000)
    expect(api.requests().length - before).toBeLessThan(60)
  })

  test('signed out stops all answers of the user, not one after the other', async () => {
    const { store, api, pass } = await withStaleToken(() => 'no-good')
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ session }) => session === 'signed-out')
    const before = attempts(api).length
    await store.rsvp('event-2', 'going')
    await pass(50)
    expect(attempts(api)).toHaveLength(before)
  })

  test('once the app has a good token again, all goes on by itself', async () => {
    const { world, store, api, setToken } = await withStaleToken(() => 'no-good')
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ session }) => session === 'signed-out')
    setToken(api.tokenFor('ada'))
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('going')
    expect((await now(store.status$)).session).toBe('ok')
  })

  test('sync() after signing in does not wait for the next try', async () => {
    const { store, api, setToken, calm } = await withStaleToken(() => 'no-good')
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ session }) => session === 'signed-out')
    await calm()
    setToken(api.tokenFor('ada'))
    store.sync()
    await calm()
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('a pull that ends signed out rejects with that code', async () => {
    const { store } = await withStaleToken(() => 'no-good')
    await expect(store.pullEvents()).rejects.toMatchObject({ code: 'signed-out' })
    await until(store.status$, ({ session }) => session === 'signed-out')
  })
})

describe('an app that has no token to give', () => {
  test.each<[string, () => string | Promise<string>]>([
    [
      'throws',
      () => {
        throw new Error('not yet')
      },
    ],
    ['rejects', () => Promise.reject(new Error('not yet'))],
    ['gives an empty text', () => ''],
    ['gives undefined', () => undefined as unknown as string],
    ['gives a number', () => 42 as unknown as string],
    ['gives a text that no header may hold', () => 'line\nbreak'],
  ])('%s: signed out, nothing is sent, and it goes on by itself later', async (_, none) => {
    const world = createWorld()
    let signedIn = false
    const { store } = world.openTab({ getToken: () => (signedIn ? world.api.tokenFor('ada') : none()) })
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ session }) => session === 'signed-out')
    expect(world.api.requests()).toEqual([])
    signedIn = true
    await untilStatus(world, store, isIdle)
    expect(mineAt(world.api, 'event-1')).toBe('going')
  })

  test('offline, a token that cannot be fetched is not a lost session', async () => {
    const world = createWorld()
    const { store, goOnline } = world.openTab({ getToken: () => Promise.reject(new Error('no network')) })
    goOnline(false)
    await store.rsvp('event-1', 'going')
    await world.pass(61_000)
    expect((await now(store.status$)).session).toBe('ok')
  })

  test('a getToken that never ends does not hold an answer for ever', async () => {
    const world = createWorld()
    let signals = 0
    const { store } = world.openTab({
      getToken: ({ signal }) => {
        signal.addEventListener('abort', () => (signals += 1))
        return new Promise(() => {})
      },
    })
    await store.rsvp('event-1', 'going')
    await world.pass(20_000)
    expect(await until(store.outbox$, ([entry]) => entry?.failure !== undefined)).toMatchObject([
      { state: 'queued' },
    ])
    expect(signals).toBe(1)
  })
})

describe('P7 the token', () => {
  const SECRET = 'tok-3nfX9-secret'

  test('is in the Authorization header of every request, and in no other place of it', async () => {
    const world = createWorld()
    const { store } = world.openTab({ getToken: () => SECRET })
    const holding = hold(world.api)
    void store.pullEvents().catch(() => undefined)
    const { request } = await holding.at(0)
    expect(request.headers.get('authorization')).toBe(`Bearer ${SECRET}`)
    expect(request.url).not.toContain(SECRET)
    expect([...request.headers.keys()].sort()).toEqual(['authorization'])
    expect([request.redirect, request.cache, request.credentials]).toEqual(['error', 'no-store', 'omit'])
  })

  test('a write carries no header but the token and the content type', async () => {
    const { store, api } = await startWorld()
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const { request } = await holding.at(0)
    expect([...request.headers.keys()].sort()).toEqual(['authorization', 'content-type'])
    expect(await request.clone().json()).toEqual({ status: 'going' })
  })

  test('is never on disk, in an emitted value or in an error, even where the server quotes it', async () => {
    const world = createWorld()
    const { api } = world
    const { store } = world.openTab({ getToken: () => SECRET })
    const seen: unknown[][] = [
      record(store.status$),
      record(store.outbox$),
      record(store.event$('event-1')),
      record(store.events$()),
      record(store.attendees$('event-1')),
    ]
    const errors: unknown[] = []
    const answers: (() => Response)[] = [
      () => errorReply(403, 400300, {}, `You may not, Bearer ${SECRET}`),
      () => errorReply(500, 500000, {}, SECRET),
      () => errorReply(401, 400100, {}, `${SECRET} is not ${SECRET}`),
      () => errorReply(429, 400311, {}, `slow down, ${SECRET}`),
      () => new Response(SECRET, { status: 403 }),
    ]
    for (const answer of answers) {
      api.intercept = async () => answer()
      await store.rsvp('event-1', 'going').catch((error: unknown) => errors.push(error))
      await store.pullEvents().catch((error: unknown) => errors.push(error))
      await world.pass(400_000)
      await store.rsvp('event-1', 'not_going').catch((error: unknown) => errors.push(error))
      await world.pass(1_000)
    }
    api.intercept = () => Promise.reject(new TypeError(`cannot fetch with ${SECRET}`))
    await store.pullEvents().catch((error: unknown) => errors.push(error))
    const disk = await Promise.all(
      ['events', 'responses', 'users', 'files', 'outbox', 'meta'].map((table) => world.rows(table)),
    )
    expect(errors.length).toBeGreaterThan(0)
    const told = errors.map((error) => {
      const { message, stack, failure } = error as RsvpStoreError
      return [message, stack, failure, String((error as Error).cause ?? '')]
    })
    expect(JSON.stringify([disk, seen, told])).not.toContain(SECRET)
  })

  test('a token that no header may hold is not quoted either', async () => {
    const world = createWorld()
    const { store } = world.openTab({ getToken: () => `${SECRET}\n` })
    const refusal = await store.pullEvents().catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(RsvpStoreError)
    expect(JSON.stringify([refusal, (refusal as Error).message, (refusal as Error).stack])).not.toContain(
      SECRET,
    )
  })

  test("the app's own error about its token goes nowhere", async () => {
    const world = createWorld()
    const { store } = world.openTab({
      getToken: () => {
        throw new Error(`refresh of ${SECRET} failed`)
      },
    })
    const refusal = await store.pullEvents().catch((error: unknown) => error)
    expect(JSON.stringify([refusal, (refusal as Error).message, (refusal as Error).stack])).not.toContain(
      SECRET,
    )
    expect(JSON.stringify(await world.rows('meta'))).not.toContain(SECRET)
  })
})

import { describe, expect, test } from 'vitest'
import {
  attempts,
  createWorld,
  entryOf,
  errorReply,
  hold,
  isIdle,
  isWrite,
  latest,
  mineAt,
  now,
  requested,
  startWorld,
  until,
  untilStatus,
} from './world.ts'

const MINUTE_MS = 60_000

describe('P8 waiting after silence', () => {
  test('with the unluckiest dice there is still no hot loop', async () => {
    const world = await startWorld({ random: () => 0 })
    const { store, api, pass } = world
    api.mood = 'server-error'
    const before = api.requests().length
    await store.rsvp('event-1', 'going')
    await pass(5_000)
    const asked = api.requests().length - before
    expect(asked).toBeGreaterThan(1)
    expect(asked).toBeLessThanOrEqual(60)
  })

  test('the wait grows to the cap and no further: after an hour of silence, a try every five minutes at most', async () => {
    const world = await startWorld({ random: () => 0.999_999 })
    const { store, api, pass, clock } = world
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    await pass(60 * MINUTE_MS)
    const times = api.requests().flatMap(({ path, at }) => (path.includes('/event-1/') ? [at] : []))
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(300_000)
    expect(gaps.slice(0, 4).map((gap) => Math.round(gap / 1_000))).toEqual([1, 2, 4, 8])
    expect((await now(store.status$)).nextAttemptAt).toBeGreaterThan(clock.now())
  })

  test('the wait is drawn anew each time, from all of the range', async () => {
    const world = await startWorld()
    const { store, api, pass } = world
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    await pass(60 * MINUTE_MS)
    const times = api.requests().flatMap(({ path, at }) => (path.includes('/event-1/') ? [at] : []))
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0))
    expect(new Set(gaps).size).toBe(gaps.length)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(100)
  })

  test('the wait is a stored moment: a reload does not shorten it', async () => {
    const world = await startWorld({ random: () => 0.9 })
    const { store, api, openTab, pass, clock } = world
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    const [entry] = await until(store.outbox$, ([one]) => (one?.failures ?? 0) > 0)
    await store.close()
    api.mood = 'well'
    const before = api.requests().length
    const next = openTab()
    await pass((entry?.notBefore ?? 0) - clock.now() - 1)
    expect(api.requests()).toHaveLength(before)
    await pass(1)
    await untilStatus(world, next.store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('a success forgets the failures before it', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.mood = 'server-error'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([one]) => (one?.failures ?? 0) > 0)
    api.mood = 'well'
    await untilStatus(world, store, isIdle)
    api.mood = 'server-error'
    await store.rsvp('event-1', 'not_going')
    const [entry] = await until(store.outbox$, ([one]) => (one?.failures ?? 0) > 0)
    expect(entry?.failures).toBe(1)
  })

  test('while the server is silent, one probe goes at a time, not four', async () => {
    const { store, api, pass, goOnline, calm } = await startWorld({ api: { events: 11 } })
    goOnline(false)
    for (let at = 1; at <= 8; at += 1) await store.rsvp(`event-${at}`, 'going')
    const holding = hold(api, isWrite)
    goOnline(true)
    await pass(1_000)
    expect(holding.held).toHaveLength(4)
    for (const held of holding.held) held.lose()
    await calm()
    await until(store.status$, ({ network }) => network === 'unreachable')
    const sending = latest(store.outbox$)
    for (let turn = 0; turn < 5; turn += 1) {
      await pass(3_000)
      expect(sending.value.filter(({ state }) => state === 'sending').length).toBeLessThanOrEqual(1)
    }
  })
})

describe('P8 what the server asks for', () => {
  const retryDate = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms).toUTCString()

  test.each([
    ['seconds', 429, 400311, '30'],
    ['a date', 429, 400311, retryDate(30_000)],
    ['seconds', 503, 500000, '30'],
    ['a date', 503, 500000, retryDate(30_000)],
  ])(
    'Retry-After in %s with HTTP %i is a floor: not a moment earlier',
    async (_, status, code, retryAfter) => {
      const world = await startWorld()
      const { store, api, pass } = world
      const date = retryDate(0)
      api.intercept = async (request, next) =>
        isWrite(request) ? errorReply(status, code, { 'retry-after': retryAfter, date }) : next(request)
      await store.rsvp('event-1', 'going')
      await until(store.outbox$, ([entry]) => entry?.failure !== undefined)
      api.intercept = undefined
      const before = api.requests().length
      await pass(29_999)
      expect(api.requests()).toHaveLength(before)
      await untilStatus(world, store, isIdle)
      expect(mineAt(api, 'event-1')).toBe('going')
    },
  )

  test('the floor outlives a discard, also when a pull has told what became of that answer', async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store, api, pass } = world
    api.intercept = async (request, next) =>
      isWrite(request) ? errorReply(503, 500000, { 'retry-after': '30' }) : next(request)
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.failure !== undefined)
    api.intercept = undefined
    await store.discard('event-1')
    await store.pullMyRsvps()
    await store.rsvp('event-1', 'not_going')
    await pass(29_999)
    expect(mineAt(api, 'event-1')).toBe('interested')
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('not_going')
  })

  test.each<[string, (tab: Awaited<ReturnType<typeof startWorld>>) => unknown]>([
    ['sync()', ({ store }) => store.sync()],
    ['retry()', ({ store }) => store.retry('event-1')],
    ['a new answer', ({ store }) => store.rsvp('event-1', 'not_going')],
    ['an answer to another event', ({ store }) => store.rsvp('event-2', 'going')],
    ['a network that went and came', ({ goOnline }) => [false, true].map(goOnline)],
    [
      'a page that was hidden and came back',
      ({ lifecycle }) => (['frozen', 'visible'] as const).map(lifecycle.set),
    ],
    ['a second tab', ({ openTab }) => openTab().store.sync()],
    ['a pull', ({ store }) => store.pullEvents().catch(() => undefined)],
  ])('%s does not shorten a pause that the server asked for', async (_, act) => {
    const all = await startWorld()
    const { store, api, pass, calm } = all
    api.mood = 'rate-limited'
    api.retryAfter = '30'
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ work }) => work === 'paused')
    api.mood = 'well'
    const before = api.requests().length
    await act(all)
    await calm()
    await pass(29_000)
    expect(api.requests()).toHaveLength(before)
    await pass(5_000)
    await untilStatus(all, store, isIdle)
    expect(mineAt(api, 'event-1')).toMatch(/going/)
  })

  test.each<[string, (tab: Awaited<ReturnType<typeof startWorld>>) => unknown]>([
    ['sync()', ({ store }) => store.sync()],
    ['retry()', ({ store }) => store.retry('event-1')],
    ['a new answer', ({ store }) => store.rsvp('event-1', 'not_going')],
    ['a network that went and came', ({ goOnline }) => [false, true].map(goOnline)],
  ])('%s does not shorten the wait that a 503 asked for', async (_, act) => {
    const all = await startWorld()
    const { store, api, pass, calm } = all
    api.intercept = async (request, next) =>
      isWrite(request) ? errorReply(503, 500000, { 'retry-after': '30' }) : next(request)
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.failure !== undefined)
    api.intercept = undefined
    const before = api.requests().length
    await act(all)
    await calm()
    await pass(29_000)
    expect(api.requests()).toHaveLength(before)
  })

  test('429 pauses every answer of the user, and counts against none', async () => {
    const world = await startWorld()
    const { store, api, pass } = world
    api.mood = 'rate-limited'
    api.retryAfter = '30'
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ work }) => work === 'paused')
    await store.rsvp('event-2', 'going')
    await store.rsvp('event-3', 'going')
    await pass(29_000)
    expect(attempts(api)).toEqual(['POST 429'])
    expect((await now(store.outbox$)).map(({ failures, state }) => `${state} ${failures}`)).toEqual([
      'queued 0',
      'queued 0',
      'queued 0',
    ])
    api.mood = 'well'
    await untilStatus(world, store, isIdle)
    expect(attempts(api).filter((line) => line.endsWith('200'))).toHaveLength(3)
  })

  test('429 without Retry-After backs off, longer each time', async () => {
    const { store, api, pass } = await startWorld({ random: () => 0.999_999 })
    api.mood = 'rate-limited'
    api.retryAfter = undefined
    await store.rsvp('event-1', 'going')
    await pass(MINUTE_MS)
    const times = api.requests().flatMap(({ status, at }) => (status === 429 ? [at] : []))
    const gaps = times.slice(1).map((at, index) => Math.round((at - (times[index] ?? 0)) / 1_000))
    expect(gaps.slice(0, 4)).toEqual([1, 2, 4, 8])
  })

  test('four refusals at once are one pause, not four in a row', async () => {
    const { store, api, goOnline, pass, clock, calm } = await startWorld({ random: () => 0.999_999 })
    goOnline(false)
    for (let at = 1; at <= 4; at += 1) await store.rsvp(`event-${at}`, 'going')
    api.mood = 'rate-limited'
    api.retryAfter = undefined
    const holding = hold(api, isWrite)
    goOnline(true)
    await pass(1_000)
    await holding.at(3)
    holding.open()
    await until(store.status$, ({ work }) => work === 'paused')
    await calm()
    expect((await now(store.status$)).nextAttemptAt).toBeLessThanOrEqual(clock.now() + 1_000)
  })

  test('the pause holds in every tab and after a reload', async () => {
    const world = await startWorld()
    const { store, api, pass, openTab } = world
    api.mood = 'rate-limited'
    api.retryAfter = '30'
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ work }) => work === 'paused')
    const other = openTab()
    await until(other.store.status$, ({ work }) => work === 'paused')
    await store.close()
    api.mood = 'well'
    const before = api.requests().length
    await pass(29_000)
    expect(api.requests()).toHaveLength(before)
    await pass(5_000)
    await untilStatus(world, other.store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('the pause holds in a tab that has not heard of it yet', async () => {
    const { store, api, clock, putUnheard, pass } = await startWorld()
    await putUnheard('meta', [{ key: 'pause', reason: 'slow-down', until: clock.now() + 30_000, times: 1 }])
    await store.rsvp('event-1', 'going')
    await pass(29_000)
    expect(attempts(api)).toEqual([])
    await pass(MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('a pull during the pause rejects with unreachable and asks nobody', async () => {
    const { store, api } = await startWorld()
    api.mood = 'rate-limited'
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ work }) => work === 'paused')
    const before = api.requests().length
    await expect(store.pullEvents()).rejects.toMatchObject({ code: 'unreachable' })
    expect(api.requests()).toHaveLength(before)
  })

  test('a clock that is set back does not turn a pause into a hot loop either', async () => {
    const { store, api, clock, calm } = await startWorld()
    api.mood = 'rate-limited'
    api.retryAfter = '30'
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ work }) => work === 'paused')
    clock.set(clock.now() - 2 * 24 * 60 * MINUTE_MS)
    const before = api.requests().length
    store.sync()
    await calm()
    await calm()
    expect(api.requests().length - before).toBeLessThanOrEqual(1)
  })

  test('a clock that is set back does not turn a short pause into a long silence', async () => {
    const world = await startWorld()
    const { store, api, clock, pass } = world
    api.mood = 'rate-limited'
    api.retryAfter = '2'
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ work }) => work === 'paused')
    api.mood = 'well'
    clock.set(clock.now() - 2 * 24 * 60 * MINUTE_MS)
    store.sync()
    await pass(90 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('going')
  })
})

describe('P8 coming back together', () => {
  test('the first push after a reconnect waits a random moment', async () => {
    const { store, api, pass, goOnline, calm } = await startWorld({ random: () => 0.5 })
    goOnline(false)
    await store.rsvp('event-1', 'going')
    goOnline(true)
    await calm()
    await pass(499)
    expect(attempts(api)).toEqual([])
    await pass(1)
    expect(attempts(api)).toEqual(['POST 200'])
  })

  test('twenty phones that leave one tunnel do not knock together', async () => {
    const moments: number[] = []
    for (let phone = 0; phone < 20; phone += 1) {
      const { store, api, pass, goOnline } = await startWorld()
      goOnline(false)
      await store.rsvp('event-1', 'going')
      goOnline(true)
      await pass(1_000)
      moments.push(...api.requests().flatMap(({ method, at }) => (method === 'POST' ? [at] : [])))
      await store.close()
    }
    const spread = moments.map((moment) => Math.floor((moment - Date.UTC(2026, 0, 1)) / 250))
    expect(moments).toHaveLength(20)
    expect(new Set(spread).size).toBe(4)
    expect(new Set(moments).size).toBeGreaterThan(15)
  })

  test('a network that flickers while answers wait does not send them faster', async () => {
    const { store, api, pass, goOnline } = await startWorld({ random: () => 0.5 })
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    const before = api.requests().length
    for (let at = 0; at < 20; at += 1) {
      goOnline(false)
      goOnline(true)
      await pass(100)
    }
    expect(api.requests().length - before).toBeLessThanOrEqual(2)
  })

  test('offline can be a lie: one answer is tried each minute all the same', async () => {
    const world = await startWorld({ api: { events: 11 } })
    const { store, api, pass, connectivity } = world
    connectivity.set(false)
    for (let at = 1; at <= 5; at += 1) await store.rsvp(`event-${at}`, 'going')
    await pass(59_000)
    expect(attempts(api)).toEqual([])
    await pass(2_000)
    expect(attempts(api)).toHaveLength(1)
    await pass(60_000)
    expect(attempts(api)).toHaveLength(2)
  })
})

describe('P8 pace', () => {
  test('many answers at once keep to 80 requests in any 5 seconds, and none is refused', async () => {
    const world = createWorld({ api: { events: 110, limit: true } })
    const { store, goOnline } = world.openTab()
    goOnline(false)
    await Promise.all(Array.from({ length: 100 }, (_, at) => store.rsvp(`event-${at + 1}`, 'going')))
    goOnline(true)
    await untilStatus(world, store, isIdle)
    const times = world.api.requests().map(({ at }) => at)
    expect(times).toHaveLength(100)
    for (const [index, at] of times.entries()) {
      const since = times.slice(0, index + 1).filter((other) => other > at - 5_000)
      expect(since.length).toBeLessThanOrEqual(80)
    }
    expect(requested(world.api).every((line) => line.startsWith('POST'))).toBe(true)
    expect(world.api.requests().every(({ status }) => status === 200)).toBe(true)
  })

  test('the second try with a fresh token takes a turn of its own', async () => {
    const world = createWorld()
    let token = world.api.tokenFor('ada')
    const getToken = ({ refresh }: { refresh: boolean }) => {
      if (refresh) token = world.api.tokenFor('ada')
      return token
    }
    const { store, goOnline } = world.openTab({ getToken, push: { pace: { requests: 2, perMs: 1_000 } } })
    goOnline(false)
    for (let at = 1; at <= 3; at += 1) await store.rsvp(`event-${at}`, 'going')
    world.api.expireTokens()
    goOnline(true)
    await untilStatus(world, store, isIdle)
    const times = world.api.requests().map(({ at }) => at)
    expect(world.api.requests().filter(({ status }) => status === 401).length).toBeGreaterThan(0)
    for (const [index, at] of times.slice(2).entries())
      expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(1_000)
  })

  test('a pace of one’s own is kept', async () => {
    const world = createWorld()
    const { store, goOnline } = world.openTab({ push: { pace: { requests: 2, perMs: 1_000 } } })
    goOnline(false)
    for (let at = 1; at <= 5; at += 1) await store.rsvp(`event-${at}`, 'going')
    goOnline(true)
    await untilStatus(world, store, isIdle)
    const times = world.api.requests().map(({ at }) => at)
    for (const [index, at] of times.slice(2).entries())
      expect(at - (times[index] ?? 0)).toBeGreaterThanOrEqual(1_000)
  })

  test('waiting for the pace is no time-out and no failure', async () => {
    const world = createWorld()
    const { store } = world.openTab({ push: { pace: { requests: 1, perMs: 60_000 } } })
    await store.rsvp('event-1', 'going')
    await store.rsvp('event-2', 'going')
    await world.pass(61_000)
    expect(await entryOf(store, 'event-2').then((entry) => entry?.failures ?? 0)).toBeLessThanOrEqual(3)
    await untilStatus(world, store, isIdle)
    expect(mineAt(world.api, 'event-2')).toBe('going')
  })
})

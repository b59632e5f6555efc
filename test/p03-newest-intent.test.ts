import { describe, expect, test } from 'vitest'
import type { ClockPort } from '../src/index.ts'
import { createFakeClock } from '../src/testing.ts'
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
  record,
  requested,
  startWorld,
  until,
  untilStatus,
  written,
} from './world.ts'

const LEASE_MS = 30_000
const DAY_MS = 24 * 3_600_000

describe('P3 order', () => {
  test('changing my mind three times offline sends only the last answer', async () => {
    const world = await startWorld()
    const { store, goOnline, api } = world
    goOnline(false)
    await store.rsvp('event-1', 'going')
    await store.rsvp('event-1', 'not_going')
    await store.rsvp('event-1', 'interested')
    goOnline(true)
    await untilStatus(world, store, isIdle)
    expect(attempts(api)).toEqual(['POST 200'])
    expect(written(api)).toEqual(['POST interested'])
  })

  test('an answer given while another is on its way waits for it, and goes after it', async () => {
    const world = await startWorld()
    const { store, api, calm } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    await store.rsvp('event-1', 'not_going')
    await store.rsvp('event-1', 'interested')
    await calm()
    expect(holding.held).toHaveLength(1)
    first.pass()
    ;(await holding.at(1)).pass()
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual(['POST going', 'PUT interested'])
  })

  test('one event never has two requests at a time, however fast I tap and however slow the server is', async () => {
    const world = await startWorld()
    const { store, api } = world
    let [open, most] = [0, 0]
    api.intercept = async (request, next) => {
      if (!isWrite(request)) return next(request)
      open += 1
      most = Math.max(most, open)
      const reply = await next(request)
      await world.calm()
      open -= 1
      return reply
    }
    const said = ['going', 'interested', 'not_going'] as const
    for (let at = 0; at < 12; at += 1) {
      await store.rsvp('event-1', said[at % 3] ?? 'going')
      if (at % 4 === 0) await until(store.outbox$, ([entry]) => entry?.state !== 'queued')
    }
    await untilStatus(world, store, isIdle)
    expect(most).toBe(1)
    expect(mineAt(api, 'event-1')).toBe('not_going')
  })

  test('going back to the answer that is on its way sends nothing more', async () => {
    const world = await startWorld()
    const { store, api } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    await store.rsvp('event-1', 'not_going')
    await store.rsvp('event-1', 'going')
    first.pass()
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual(['POST going'])
  })

  test("going back to the server's old word while a request is on its way sends it after", async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store, api } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    await store.rsvp('event-1', 'interested')
    first.pass()
    ;(await holding.at(1)).pass()
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual(['PUT going', 'PUT interested'])
  })

  test('several events go at the same time, four of them, in the order in which they were answered', async () => {
    const { store, api, goOnline, pass, calm } = await startWorld({ api: { events: 11 } })
    goOnline(false)
    for (let at = 1; at <= 7; at += 1) {
      await store.rsvp(`event-${at}`, 'going')
      await pass(1)
    }
    const holding = hold(api, isWrite)
    goOnline(true)
    await pass(1_000)
    await calm()
    const ids = () => holding.held.map(({ request }) => new URL(request.url).pathname.split('/')[4])
    expect(ids()).toEqual(['event-1', 'event-2', 'event-3', 'event-4'])
    holding.held[1]?.pass()
    await holding.at(4)
    expect(ids().at(-1)).toBe('event-5')
  })
})

describe('P3 an outcome that nobody heard is read back before anything is sent again', () => {
  test('the reply was lost: the server already has my answer, and it is not sent twice', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.mood = 'lost-reply'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    api.mood = 'well'
    const before = requested(api).length
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual(['POST going'])
    expect(requested(api).slice(before)).toEqual(['GET /event-1/me/rsvp'])
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
  })

  test('the request was lost: reading back says so, then it is sent', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.mood = 'lost-request'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    api.mood = 'well'
    const before = requested(api).length
    await untilStatus(world, store, isIdle)
    expect(requested(api).slice(before)).toEqual(['GET /event-1/me/rsvp', 'POST /event-1/rsvp'])
    expect(written(api)).toEqual(['POST going'])
  })

  test('the reply was lost and I changed my mind: the newer answer is a PUT over the one that landed', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.mood = 'lost-reply'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    await store.rsvp('event-1', 'not_going')
    api.mood = 'well'
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual(['POST going', 'PUT not_going'])
  })

  test('the reply was lost and I went back to what the mirror says: it is read back, not believed', async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store, api } = world
    api.mood = 'lost-reply'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    await store.rsvp('event-1', 'interested')
    api.mood = 'well'
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('interested')
    expect(written(api)).toEqual(['PUT going', 'PUT interested'])
  })

  test('what was read back is known also where the next answer is refused: going back to the old one is sent', async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store, api } = world
    api.mood = 'lost-reply'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    api.mood = 'well'
    api.intercept = async (request, next) => (isWrite(request) ? errorReply(403, 400300) : next(request))
    await store.rsvp('event-1', 'not_going')
    await until(store.outbox$, ([entry]) => entry?.state === 'failed')
    api.intercept = undefined
    await store.rsvp('event-1', 'interested')
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('interested')
  })

  test('the reply was lost, and so is what was read back: nothing is sent until it was heard', async () => {
    const world = await startWorld()
    const { store, api, pass } = world
    api.mood = 'lost-reply'
    await store.rsvp('event-1', 'going')
    await pass(60_000)
    expect(attempts(api)).toEqual(['POST 0'])
    expect(requested(api).filter((line) => line === 'GET /event-1/me/rsvp').length).toBeGreaterThan(2)
  })

  const typed = (body: string, type: string) => new Response(body, { headers: { 'content-type': type } })

  test.each<[string, () => Response]>([
    ['502 of a proxy', () => new Response('Bad gateway', { status: 502 })],
    ['500 of the API', () => errorReply(500, 500000)],
    ['503', () => errorReply(503)],
    ['408', () => errorReply(408)],
    ['425', () => errorReply(425)],
    ['200 with a page of HTML', () => typed('<p>hello', 'text/html')],
    ['JSON cut off in the middle', () => typed('{"events":[{"ev', 'application/json')],
  ])('the answer landed but the reply was %s: it is not sent twice', async (_, reply) => {
    const world = await startWorld()
    const { store, api } = world
    api.intercept = async (request, next) => {
      const real = await next(request)
      return isWrite(request) ? reply() : real
    }
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    api.intercept = undefined
    await untilStatus(world, store, isIdle)
    expect(attempts(api)).toHaveLength(1)
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('no reply within the time-out counts as unheard; what the server applied meanwhile is found', async () => {
    const world = await startWorld()
    const { store, api, pass } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const held = await holding.at(0)
    await pass(20_000)
    expect(await entryOf(store, 'event-1')).toMatchObject({
      state: 'queued',
      unheard: true,
      failure: { kind: 'timed-out' },
    })
    expect(held.request.signal.aborted).toBe(true)
    await held.applyLate()
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual(['POST going'])
  })

  test('a captive portal swallows nothing: behind it the answer goes out once', async () => {
    const world = await startWorld()
    const { store, api, pass } = world
    api.mood = 'captive-portal'
    await store.rsvp('event-1', 'going')
    await pass(120_000)
    expect(await entryOf(store, 'event-1')).toMatchObject({ failure: { kind: 'not-the-api' } })
    api.mood = 'well'
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual(['POST going'])
  })

  test('a reload in the middle of a request counts as unheard', async () => {
    const world = await startWorld()
    const { store, api } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const held = await holding.at(0)
    await store.close()
    await held.applyLate()
    holding.open()
    const next = world.openTab()
    await untilStatus(world, next.store, isIdle)
    expect(written(api)).toEqual(['POST going'])
  })
})

describe('P3 POST or PUT, whichever the server takes', () => {
  test('a first answer is a POST, a change is a PUT', async () => {
    const world = await startWorld()
    const { store, api } = world
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    await store.rsvp('event-1', 'not_going')
    await untilStatus(world, store, isIdle)
    expect(attempts(api)).toEqual(['POST 200', 'PUT 200'])
  })

  test.each([
    [409, 400900],
    [409, 499999],
    [400, 400315],
    [400, 400900],
    [400, 400000],
  ])(
    'POST refused with %i and %i, for an answer of another device exists: it is changed by PUT',
    async (status, code) => {
      const world = createWorld({
        api: { existsAs: { status, code }, answers: { ada: { 'event-1': 'interested' } } },
      })
      const { store } = world.openTab()
      await store.rsvp('event-1', 'going')
      await untilStatus(world, store, isIdle)
      expect(attempts(world.api)).toEqual([`POST ${status}`, 'PUT 200'])
      expect(mineAt(world.api, 'event-1')).toBe('going')
      expect(await now(store.outbox$)).toEqual([])
    },
  )

  test('POST refused because the same answer exists already: it settles without another write', async () => {
    const world = createWorld({ api: { answers: { ada: { 'event-1': 'going' } } } })
    const { store } = world.openTab()
    const receipt = await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect(attempts(world.api)).toEqual(['POST 409'])
    expect(await receipt.settled).toMatchObject({ kind: 'accepted', response: { status: 'going' } })
  })

  test('in the wording of the page, where POST also updates, no PUT is needed', async () => {
    const world = createWorld({ api: { wording: 'upsert', answers: { ada: { 'event-1': 'interested' } } } })
    const { store } = world.openTab()
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect(attempts(world.api)).toEqual(['POST 200'])
    await store.rsvp('event-1', 'not_going')
    await untilStatus(world, store, isIdle)
    expect(attempts(world.api)).toEqual(['POST 200', 'PUT 200'])
  })

  test('PUT refused because the server knows no answer of mine: the event is there, so it is a POST', async () => {
    const world = await startWorld()
    const { store, api } = world
    await store.merge({ eventResponses: [{ eventId: 'event-1', userId: 'ada', status: 'interested' }] })
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect(attempts(api)).toEqual(['PUT 404', 'POST 200'])
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('PUT refused because the event is gone: the answer fails and says so', async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store, api } = world
    api.deleteEvent('event-1')
    const receipt = await store.rsvp('event-1', 'going')
    expect(await receipt.settled).toMatchObject({
      kind: 'failed',
      failure: { kind: 'event-gone', httpStatus: 404 },
    })
    expect(attempts(api)).toEqual(['PUT 404'])
  })

  test('a plain 400 that is no "exists" fails with the server\'s words, after one look', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.putEvent({ eventId: 'event-1', startTime: new Date(world.clock.now() + 60_000).toISOString() })
    const receipt = await store.rsvp('event-1', 'going')
    expect(await receipt.settled).toMatchObject({
      kind: 'failed',
      failure: {
        kind: 'refused',
        httpStatus: 400,
        apiCode: 400000,
        message: expect.stringContaining('15 minutes'),
      },
    })
    expect(attempts(api)).toEqual(['POST 400'])
  })

  test('a server that contradicts itself is not asked for ever: it waits, like after silence', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.intercept = async (request, next) => {
      if (request.method === 'POST') return errorReply(409, 400900)
      if (request.method === 'PUT') return errorReply(404, 400400)
      if (request.url.endsWith('/me/rsvp'))
        return new Response(
          JSON.stringify({ eventResponses: [{ eventId: 'event-1', userId: 'ada', status: 'interested' }] }),
          { headers: { 'content-type': 'application/json' } },
        )
      return next(request)
    }
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => (entry?.failures ?? 0) > 0)
    expect(attempts(api).length).toBeLessThanOrEqual(4)
    expect(await entryOf(store, 'event-1')).toMatchObject({ state: 'queued', status: 'going' })
  })
})

describe('P3 several tabs', () => {
  test('two tabs that come online together send each answer once', async () => {
    const world = await startWorld({ api: { events: 11 } })
    const { store, api, goOnline, pass } = world
    const other = world.openTab()
    goOnline(false)
    other.goOnline(false)
    for (let at = 1; at <= 11; at += 1) await store.rsvp(`event-${at}`, 'going')
    goOnline(true)
    other.goOnline(true)
    await pass(5_000)
    await untilStatus(world, store, isIdle)
    expect(attempts(api)).toEqual(Array.from({ length: 11 }, () => 'POST 200'))
  })

  test('a tab that opens while another one sends does not send too', async () => {
    const world = await startWorld()
    const { store, api, calm } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const held = await holding.at(0)
    const other = world.openTab()
    await until(other.store.outbox$, ([entry]) => entry?.state === 'sending')
    other.store.sync()
    await calm()
    held.pass()
    await untilStatus(world, other.store, isIdle)
    expect(attempts(api)).toEqual(['POST 200'])
  })

  /** A tab that was killed or frozen: its own time stands still, nothing of it moves. */
  async function withDeadTab() {
    const world = createWorld()
    const deadClock = createFakeClock(world.clock.now())
    const dead = world.openTab({ ports: { clock: deadClock } })
    await dead.store.pullEvents()
    const holding = hold(world.api, isWrite)
    await dead.store.rsvp('event-1', 'going')
    const held = await holding.at(0)
    const alive = world.openTab()
    await until(alive.store.outbox$, ([entry]) => entry?.state === 'sending')
    return { world, dead, deadClock, held, holding, alive }
  }

  test('what a dead tab was sending is taken over when its lease ends, and read back first', async () => {
    const { world, alive, held } = await withDeadTab()
    await held.applyLate()
    await world.pass(LEASE_MS - 1_000)
    expect(requested(world.api)).not.toContain('GET /event-1/me/rsvp')
    await world.pass(1_000)
    await until(alive.store.outbox$, (entries) => entries.length === 0)
    expect(requested(world.api)).toContain('GET /event-1/me/rsvp')
    expect(written(world.api)).toEqual(['POST going'])
  })

  test('a late reply to a tab that lost its lease does not swallow the newer answer', async () => {
    const { world, alive, dead, held, holding } = await withDeadTab()
    const arrive = await held.take()
    const view = latest(alive.store.event$('event-1'))
    await alive.store.rsvp('event-1', 'not_going')
    await world.pass(LEASE_MS)
    ;(await holding.at(1)).pass()
    await until(alive.store.outbox$, (entries) => entries.length === 0)
    const statuses = record(alive.store.event$('event-1'))
    arrive()
    await world.calm()
    expect(mineAt(world.api, 'event-1')).toBe('not_going')
    expect(new Set(statuses.map((one) => one?.myRsvp.status))).toEqual(new Set(['not_going']))
    expect(view.value?.myRsvp).toEqual({ status: 'not_going', sync: 'synced' })
    expect((await now(dead.store.event$('event-1')))?.myRsvp.status).toBe('not_going')
  })

  test('a late acceptance in a tab that lost its lease does not end what the other tab is sending', async () => {
    const { world, alive, held, holding } = await withDeadTab()
    const arrive = await held.take()
    await alive.store.rsvp('event-1', 'not_going')
    await world.pass(LEASE_MS)
    const second = await holding.at(1)
    arrive()
    await world.calm()
    expect(await world.rows('outbox')).toMatchObject([{ status: 'not_going', state: 'sending' }])
    second.lose()
    holding.open()
    await untilStatus(world, alive.store, isIdle)
    expect(mineAt(world.api, 'event-1')).toBe('not_going')
  })

  test('a late refusal or silence in a tab that lost its lease does not touch what the other tab is sending', async () => {
    for (const late of [errorReply(403, 400300), errorReply(500)]) {
      const { world, alive, dead, held, holding } = await withDeadTab()
      await world.pass(LEASE_MS)
      const second = await holding.at(1)
      held.answer(late)
      await world.calm()
      expect(await entryOf(alive.store, 'event-1')).toMatchObject({ state: 'sending', failures: 0 })
      second.pass()
      await until(alive.store.outbox$, (entries) => entries.length === 0)
      expect(written(world.api)).toEqual(['POST going'])
      await dead.store.close()
    }
  })

  /** A tab that has claimed an answer, and waits for its token when it falls asleep. */
  async function withSleepyTab(as: (clock: ClockPort) => ClockPort = (clock) => clock) {
    const world = createWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const sleepy = createFakeClock(world.clock.now())
    let give: (token: string) => void = () => {}
    let asleep = false
    const { store } = world.openTab({
      ports: { clock: as(sleepy) },
      getToken: () => (asleep ? new Promise((resolve) => (give = resolve)) : world.api.tokenFor('ada')),
    })
    await store.pullMyRsvps()
    asleep = true
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.state === 'sending')
    return { world, sleepy, giveToken: () => give(world.api.tokenFor('ada')) }
  }

  test.each([
    ['a tab', (clock: ClockPort) => clock],
    [
      'a tab whose elapsed time stood still meanwhile',
      (clock: ClockPort) => ({ ...clock, elapsed: () => 0 }),
    ],
  ])('%s that wakes after its lease does not send its older answer over a newer one', async (_, as) => {
    const { world, sleepy, giveToken } = await withSleepyTab(as)
    const second = world.openTab()
    await second.store.rsvp('event-1', 'not_going')
    await world.pass(LEASE_MS + 1_000)
    await until(second.store.outbox$, (entries) => entries.length === 0)
    expect(mineAt(world.api, 'event-1')).toBe('not_going')

    sleepy.sleep(world.clock.now() - sleepy.now()) // its timers have not run yet: the token comes first
    giveToken()
    await world.calm()
    expect(written(world.api)).toEqual(['PUT not_going'])
    expect(mineAt(world.api, 'event-1')).toBe('not_going')
  })

  test('nor does one whose clock is set back while it sleeps', async () => {
    const { world, sleepy, giveToken } = await withSleepyTab()
    // The other tab sees a lease that ends in an hour and more, and believes as much of it as a lease can last.
    world.clock.set(world.clock.now() - 3_600_000)
    const second = world.openTab()
    await second.store.rsvp('event-1', 'not_going')
    await world.pass(LEASE_MS - 1_000)
    expect(written(world.api)).toEqual([])
    await world.pass(2_000)
    await until(second.store.outbox$, (entries) => entries.length === 0)
    expect(written(world.api)).toEqual(['PUT not_going'])

    sleepy.sleep(LEASE_MS + 1_000)
    sleepy.set(world.clock.now())
    giveToken()
    await world.calm()
    expect(written(world.api)).toEqual(['PUT not_going'])
  })

  /** A tab that asks what became of its request, and has not heard yet. */
  async function withReadBackHeld() {
    const world = createWorld()
    const { api } = world
    const first = world.openTab()
    api.mood = 'lost-request'
    await first.store.rsvp('event-1', 'going')
    await until(first.store.outbox$, ([entry]) => entry?.unheard === true)
    api.mood = 'well'
    const holding = hold(api)
    first.store.sync()
    return { ...world, first, holding, readBack: await holding.at(0) }
  }

  test.each([
    ['', 0],
    [' and back', 3_600_000],
  ])(
    'a tab that lost its lease to a clock set on%s sends no more of what it had begun',
    async (_, backMs) => {
      const world = await withReadBackHeld()
      const { api, clock, first, holding } = world
      clock.set(clock.now() + 3_600_000)
      const second = world.openTab()
      const takeOver = await holding.at(1)
      await until(first.store.outbox$, ([entry]) => (entry?.lease?.until ?? 0) > clock.now())
      clock.set(clock.now() - backMs)
      world.readBack.pass()
      await world.calm()
      expect(holding.held.map(({ request }) => request.method)).toEqual(['GET', 'GET'])
      takeOver.pass()
      ;(await holding.at(2)).pass()
      await untilStatus(world, second.store, isIdle)
      expect(written(api)).toEqual(['POST going'])
    },
  )

  test('a clock set on shortens the wait for a reply to what is left of the lease', async () => {
    const { clock, first, holding, readBack, pass } = await withReadBackHeld()
    clock.set(clock.now() + LEASE_MS - 5_000)
    readBack.pass()
    await holding.at(1)
    await pass(4_000)
    expect(await entryOf(first.store, 'event-1')).toMatchObject({ state: 'sending', failures: 1 })
    await pass(1_000)
    expect(await entryOf(first.store, 'event-1')).toMatchObject({ state: 'queued', failures: 2 })
  })

  test('a tab whose clock was set back still hands its answers on', async () => {
    const world = await startWorld()
    const { store, api, clock, calm } = world
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => (entry?.failures ?? 0) > 0)
    clock.set(clock.now() - 2 * DAY_MS)
    api.mood = 'well'
    store.sync()
    await calm()
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('going')
  })
})

import { describe, expect, test } from 'vitest'
import { createFakeClock, createFakeLocks } from '../src/testing.ts'
import {
  errorReply,
  hold,
  isIdle,
  isWrite,
  latest,
  mineAt,
  now,
  record,
  requested,
  seenAs,
  startWorld,
  until,
  untilStatus,
  written,
} from './world.ts'

const MINUTE_MS = 60_000
/** Where POST also changes an answer, a late POST can do harm; else only a late PUT can. */
const UPSERT = { wording: 'upsert' } as const

/** Ada says `going`, nobody hears what became of it, and she says `not_going`, which the server takes. */
async function changedMind() {
  const world = await startWorld({ api: UPSERT })
  const { store, api } = world
  const { late } = await lostIn(world)
  await store.rsvp('event-1', 'not_going')
  await untilStatus(world, store, isIdle)
  expect(mineAt(api, 'event-1')).toBe('not_going')
  const before = api.requests().length
  const looks = () =>
    api
      .requests()
      .slice(before)
      .map(({ method, path }) => `${method} ${path.split('/').slice(-2).join('/')}`)
  return { ...world, late, looks }
}

describe('P3 a request that nobody heard of lands late, over a newer answer', () => {
  test('the newest answer is said again, by itself, within minutes', async () => {
    const { store, api, late, pass } = await changedMind()
    await late.applyLate()
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('not_going')
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'not_going', sync: 'synced' })
  })

  test('at once when the app calls sync()', async () => {
    const { store, api, late, calm, clock } = await changedMind()
    const before = clock.now()
    await late.applyLate()
    store.sync()
    await calm()
    expect(mineAt(api, 'event-1')).toBe('not_going')
    expect(clock.now()).toBe(before)
  })

  test('at once when a pull brings it, and nobody sees the old answer come back', async () => {
    const { store, api, late, calm } = await changedMind()
    const seen = record(store.event$('event-1'))
    await until(store.event$('event-1'), (view) => view !== undefined)
    await late.applyLate()
    await store.pullEvent('event-1')
    await calm()
    expect(mineAt(api, 'event-1')).toBe('not_going')
    expect(new Set(seen.map((view) => view?.myRsvp.status))).toEqual(new Set(['not_going']))
  })

  test('also after a reload, when the first session only saw the newest answer accepted', async () => {
    const { store, api, late, openTab, pass } = await changedMind()
    await store.close()
    await late.applyLate()
    openTab()
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('not_going')
  })

  test('an answer that was sent twice, the first time unheard, is guarded just so', async () => {
    const world = await startWorld({ api: UPSERT })
    const { store, api, pass } = world
    const { late } = await lostIn(world)
    await untilStatus(world, store, isIdle)
    await store.rsvp('event-1', 'interested')
    await untilStatus(world, store, isIdle)
    await late.applyLate()
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('interested')
  })

  test('each of two lost requests that carried the same is answered', async () => {
    const world = await startWorld({ api: UPSERT })
    const { store, api, pass } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const lost = [await holding.at(0)]
    lost[0]?.lose()
    await until(store.outbox$, ([entry]) => entry?.failures === 1)
    store.sync()
    lost.push(await holding.at(1))
    lost[1]?.lose()
    await until(store.outbox$, ([entry]) => entry?.failures === 2)
    await store.rsvp('event-1', 'not_going')
    store.sync()
    ;(await holding.at(2)).pass()
    await untilStatus(world, store, isIdle)
    api.intercept = undefined
    for (const late of lost) {
      await late.applyLate()
      expect(mineAt(api, 'event-1')).toBe('going')
      store.sync()
      await until(store.outbox$, () => mineAt(api, 'event-1') === 'not_going')
      await untilStatus(world, store, isIdle)
    }
    api.answerAs('ada', 'event-1', 'going') // nothing is left that could have done that
    await pass(30 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('a server that loses every write for hours leaves two of the same to watch for', async () => {
    const world = await startWorld({ api: UPSERT })
    const { store, api, pass } = world
    api.intercept = async (request, next) => (isWrite(request) ? errorReply(503) : next(request))
    await store.rsvp('event-1', 'going')
    await pass(120 * MINUTE_MS)
    expect(await now(store.outbox$)).toMatchObject([{ abandoned: ['going', 'going'] }])
  })

  test('taking the answer back to what the server has does not end the watch', async () => {
    const answers = { ada: { 'event-1': 'interested' } } as const
    const world = await startWorld({ api: { ...UPSERT, answers } })
    const { store, api, pass } = world
    const { late } = await lostIn(world)
    await store.rsvp('event-1', 'interested')
    await untilStatus(world, store, isIdle)
    await late.applyLate()
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('interested')
  })
})

describe('P3 an abandoned request is remembered', () => {
  /** `going` was lost once and then accepted: nothing is at risk, yet. */
  async function sentTwice() {
    const world = await startWorld({ api: UPSERT })
    const { late } = await lostIn(world)
    await untilStatus(world, world.store, isIdle)
    return { ...world, late }
  }

  test('for minutes, although nobody looks meanwhile', async () => {
    const { store, api, late, pass } = await sentTwice()
    await pass(5 * MINUTE_MS)
    await store.rsvp('event-1', 'interested')
    await pass(MINUTE_MS / 6)
    await late.applyLate()
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('interested')
  })

  test('when the answer goes back to what the server has while it still waits', async () => {
    const answers = { ada: { 'event-1': 'interested' } } as const
    const world = await startWorld({ api: { ...UPSERT, answers } })
    const { store, api, pass } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const late = await holding.at(0)
    late.lose()
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    await store.retry('event-1')
    ;(await holding.at(1)).answer(errorReply(429, 400311))
    await until(store.status$, ({ work }) => work === 'paused')
    expect(await now(store.outbox$)).toMatchObject([{ unheard: false, abandoned: ['going'] }])
    holding.open()
    await store.rsvp('event-1', 'interested')
    expect(await now(store.outbox$)).toEqual([])
    await late.applyLate()
    expect(mineAt(api, 'event-1')).toBe('going')
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('interested')
  })

  test('when its tab died: whoever takes over watches for it', async () => {
    const locks = { ...createFakeLocks(), isHeld: async () => true }
    // Its clock never moves again: nothing of it comes to an end.
    const world = await startWorld({ api: UPSERT }, { ports: { locks, clock: createFakeClock() } })
    const { api, store, openTab, pass } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const late = await holding.at(0)
    const other = openTab({ ports: { locks } })
    await other.store.rsvp('event-1', 'not_going')
    await pass(35_000)
    const second = await holding.at(1)
    second.pass()
    await until(other.store.outbox$, ({ length }) => length === 0)
    expect(mineAt(api, 'event-1')).toBe('not_going')
    await late.applyLate()
    expect(mineAt(api, 'event-1')).toBe('going')
    other.store.sync()
    const third = await holding.at(2)
    third.pass()
    await world.calm()
    expect(mineAt(api, 'event-1')).toBe('not_going')
  })

  test('but a discarded answer is not said again', async () => {
    const world = await startWorld({ api: UPSERT })
    const { store, api, goOnline, pass } = world
    const { late } = await lostIn(world)
    goOnline(false)
    await store.rsvp('event-1', 'not_going')
    await store.discard('event-1')
    await late.applyLate()
    goOnline(true)
    store.sync()
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('going')
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
  })

  test('one that lands after its discard is seen, so that an answer after that is not taken for known', async () => {
    const world = await startWorld({ api: UPSERT })
    const { store, api, goOnline, calm, pass } = world
    const view = latest(store.event$('event-1')) // from here on: who begins to look at an event pulls it
    await store.rsvp('event-1', 'not_going')
    await calm()
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const late = await holding.at(0)
    late.lose()
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    api.intercept = undefined
    goOnline(false)
    await store.discard('event-1')
    goOnline(true)
    await pass(1_000) // it is read back, and has not landed yet
    expect(view.value?.myRsvp).toEqual({ status: 'not_going', sync: 'synced' })
    await late.applyLate()
    await pass(12 * MINUTE_MS)
    expect(view.value?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
    await store.rsvp('event-1', 'not_going')
    await calm()
    expect(mineAt(api, 'event-1')).toBe('not_going')
  })
})

/** Ada says `going`, and nobody hears what became of it. */
async function lostIn({ store, api }: Awaited<ReturnType<typeof startWorld>>) {
  const holding = hold(api, isWrite)
  await store.rsvp('event-1', 'going')
  const late = await holding.at(0)
  late.lose()
  await until(store.outbox$, ([entry]) => entry?.unheard === true)
  holding.open()
  const applyLate = async () => {
    await late.applyLate()
  }
  return { late: { ...late, applyLate } }
}

describe('P3 the watch for late requests fights nobody', () => {
  test('what another device says instead is respected', async () => {
    const { api, store, pass } = await changedMind()
    api.answerAs('ada', 'event-1', 'interested')
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('interested')
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'interested', sync: 'synced' })
  })

  test('a late request over what another device said last is put right too', async () => {
    const { api, late, store, calm, pass } = await changedMind()
    api.answerAs('ada', 'event-1', 'interested')
    store.sync()
    await calm()
    await late.applyLate()
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('interested')
  })

  test('one lost request is answered once: who says the same again from another device means it', async () => {
    const { api, late, store, calm, pass } = await changedMind()
    await late.applyLate()
    store.sync()
    await calm()
    expect(mineAt(api, 'event-1')).toBe('not_going')
    api.answerAs('ada', 'event-1', 'going')
    await pass(30 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('after ten minutes nobody looks any more, and it took five looks', async () => {
    const { pass, looks, rows } = await changedMind()
    await pass(11 * MINUTE_MS)
    expect(looks()).toEqual(Array(5).fill('GET me/rsvp'))
    expect(await rows('watched')).toEqual([])
    await pass(60 * MINUTE_MS)
    expect(looks()).toHaveLength(5)
  })

  test('where the lost request can change nothing, nobody looks at all', async () => {
    const world = await startWorld()
    const { store, api, pass, rows } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    ;(await holding.at(0)).lose()
    holding.open()
    await untilStatus(world, store, isIdle)
    const before = api.requests().length
    await pass(60 * MINUTE_MS)
    expect(api.requests()).toHaveLength(before)
    expect(await rows('watched')).toEqual([])
  })

  test('an answer that is watched is settled for everybody who asks', async () => {
    const { store } = await changedMind()
    expect(await now(store.outbox$)).toEqual([])
    expect(await now(store.status$)).toMatchObject({ queued: 0, failed: 0, work: 'idle' })
    expect((await now(store.event$('event-1')))?.myRsvp.sync).toBe('synced')
    expect(await store.settled('event-1')).toMatchObject({
      kind: 'accepted',
      response: { status: 'not_going' },
    })
    await store.discard('event-1')
    await store.retry('event-1')
    expect(await now(store.outbox$)).toEqual([])
  })

  test('a look that meets a server in trouble is tried again, and says nothing to the user', async () => {
    const { store, api, late, calm, clock, pass } = await changedMind()
    await late.applyLate()
    api.mood = 'server-error'
    store.sync()
    await calm()
    expect(await now(store.outbox$)).toEqual([])
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'not_going', sync: 'synced' })
    api.mood = 'well'
    clock.advance(0)
    await pass(MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('not_going')
  })

  test('an event that is gone by then is looked for no longer than any other, and without a word', async () => {
    const { store, api, pass, rows, looks } = await changedMind()
    api.deleteEvent('event-1')
    await pass(11 * MINUTE_MS)
    expect(await rows('watched')).toEqual([])
    expect(await now(store.outbox$)).toEqual([])
    expect(looks()).toHaveLength(5)
  })

  test('two tabs look once', async () => {
    const { openTab, late, api, pass, looks } = await changedMind()
    openTab()
    await late.applyLate()
    await pass(11 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('not_going')
    expect(looks().filter((look) => look.startsWith('PUT'))).toHaveLength(1)
  })
})

describe('P3 discarding an answer while its request is on its way', () => {
  test('a new answer, in any tab, waits until that request has come to an end', async () => {
    const world = await startWorld()
    const { store, api, openTab, calm } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    await store.discard('event-1')
    const other = openTab()
    await other.store.rsvp('event-1', 'not_going')
    await calm()
    expect(holding.held).toHaveLength(1)
    first.pass()
    holding.open()
    await untilStatus(world, other.store, isIdle)
    expect(written(api)).toEqual(['POST going', 'PUT not_going'])
  })

  test('also when a pull brings news of it meanwhile', async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store, api, openTab, calm } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    await store.discard('event-1')
    api.answerAs('ada', 'event-1', 'not_going')
    const other = openTab()
    await other.store.pullMyRsvps()
    await other.store.rsvp('event-1', 'interested')
    await calm()
    expect(holding.held).toHaveLength(1)
    first.pass()
    holding.open()
    await untilStatus(world, other.store, isIdle)
    expect(written(api)).toEqual(['PUT going', 'PUT interested'])
  })

  test('what it came to is learned, and shown as the server has it', async () => {
    const world = await startWorld()
    const { store, api, pass } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    const receipt = store.settled('event-1')
    await store.discard('event-1')
    expect(await receipt).toEqual({ kind: 'discarded' })
    await first.loseReply()
    holding.open()
    await pass(MINUTE_MS)
    expect(seenAs(await now(store.event$('event-1')))).toMatch(/^going synced/)
    expect(requested(api).filter((line) => line.startsWith('P'))).toHaveLength(1)
  })

  test('it is not sent a second time, with the next token', async () => {
    const world = await startWorld()
    const { store, api, pass } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    await store.discard('event-1')
    first.answer(errorReply(401, 400100))
    await pass(11 * MINUTE_MS)
    expect(holding.held).toHaveLength(1)
    expect(await world.rows('watched')).toEqual([])
  })

  test('a refusal of it is nobody’s business any more', async () => {
    const world = await startWorld()
    const { store, api, calm, rows } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    await store.discard('event-1')
    first.answer(errorReply(403, 400300))
    await calm()
    expect(await now(store.outbox$)).toEqual([])
    expect(await rows('watched')).toEqual([])
    expect(api.writes()).toEqual([])
  })

  test('a look that comes before its request has landed does not forget it', async () => {
    const world = await startWorld({ api: UPSERT })
    const { store, api, calm, rows, pass } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const late = await holding.at(0)
    late.lose()
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    await store.discard('event-1')
    store.sync()
    await calm()
    expect(requested(api).at(-1)).toBe('GET /event-1/me/rsvp')
    expect(await rows('watched')).toMatchObject([{ abandoned: ['going'] }])
    await store.rsvp('event-1', 'interested')
    ;(await holding.at(1)).pass()
    await untilStatus(world, store, isIdle)
    api.intercept = undefined
    await late.applyLate()
    expect(mineAt(api, 'event-1')).toBe('going')
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('interested')
  })

  test('its request landing late does not turn what was said after it', async () => {
    const world = await startWorld({ api: UPSERT })
    const { store, api, pass } = world
    const { late } = await lostIn(world)
    await store.discard('event-1')
    await store.rsvp('event-1', 'interested')
    await untilStatus(world, store, isIdle)
    await late.applyLate()
    const view = latest(store.event$('event-1'))
    await pass(10 * MINUTE_MS)
    expect(mineAt(api, 'event-1')).toBe('interested')
    expect(view.value?.myRsvp.status).toBe('interested')
  })
})

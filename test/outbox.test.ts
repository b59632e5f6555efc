import { describe, expect, test } from 'vitest'
import { MAX_WAIT_MS } from '../src/model/moment.ts'
import {
  answered,
  claimed,
  dueAt,
  type OutboxEntry,
  refused,
  retried,
  settled,
  unsettled,
} from '../src/model/outbox-entry.ts'
import {
  attempts,
  createWorld,
  entryOf,
  hold,
  isIdle,
  isWrite,
  mineAt,
  now,
  startWorld,
  until,
  untilStatus,
  written,
} from './world.ts'

const failedIn = (store: Awaited<ReturnType<typeof startWorld>>['store']) =>
  until(store.outbox$, ([entry]) => entry?.state === 'failed')

describe('a refused answer', () => {
  test('is listed with its reason: what kind, which status, which code, which words', async () => {
    const { store, api } = await startWorld()
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    const [entry] = await failedIn(store)
    expect(entry).toMatchObject({
      eventId: 'event-1',
      status: 'going',
      failure: { kind: 'forbidden', httpStatus: 403, apiCode: 400300, message: 'Forbidden' },
    })
  })

  test('is not tried again by itself, however long it takes', async () => {
    const { store, api, pass } = await startWorld()
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    await failedIn(store)
    api.mood = 'well'
    store.sync()
    await pass(24 * 3_600_000)
    expect(attempts(api)).toEqual(['POST 403'])
  })

  test('survives a reload, with its reason', async () => {
    const { store, api, openTab } = await startWorld()
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    const [before] = await failedIn(store)
    await store.close()
    const next = openTab()
    expect(await now(next.store.outbox$)).toEqual([before])
    expect((await now(next.store.status$)).failed).toBe(1)
    expect((await now(next.store.event$('event-1')))?.myRsvp).toMatchObject({
      status: null,
      sync: 'failed',
      failure: { kind: 'forbidden' },
    })
  })

  test('goes out when the user retries it', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    await failedIn(store)
    api.mood = 'well'
    await store.retry('event-1')
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('going')
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
  })

  test('can be retried from another tab, also after a reload', async () => {
    const world = await startWorld()
    const { store, api, openTab } = world
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    await failedIn(store)
    await store.close()
    api.mood = 'well'
    const next = openTab()
    await failedIn(next.store)
    await next.store.retry('event-1')
    await untilStatus(world, next.store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('goes when the user discards it, and the mark with it', async () => {
    const { store, api, rows, calm } = await startWorld()
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    await failedIn(store)
    await store.discard('event-1')
    await calm()
    expect(await rows('outbox')).toEqual([])
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: null, sync: 'synced' })
  })

  test('makes way for a newer answer', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    await failedIn(store)
    api.mood = 'well'
    await store.rsvp('event-1', 'not_going')
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual(['POST not_going'])
  })

  test('can be given once more by the same tap', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    await failedIn(store)
    api.mood = 'well'
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual(['POST going'])
  })

  test('does not take a newer answer with it that was given meanwhile', async () => {
    const world = await startWorld()
    const { store, api } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    await store.rsvp('event-1', 'not_going')
    api.mood = 'refusing'
    first.pass()
    const second = await holding.at(1)
    api.mood = 'well'
    second.pass()
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('not_going')
  })

  test('comes to an end by itself when the user goes back to what the server has', async () => {
    const { store, api, rows } = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    await failedIn(store)
    await store.rsvp('event-1', 'interested')
    expect(await rows('outbox')).toEqual([])
  })
})

describe('retry and discard of an answer that waits', () => {
  test('retry() sends it now instead of at the end of its wait', async () => {
    const { store, api, calm } = await startWorld({ random: () => 0.9 })
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => (entry?.failures ?? 0) > 0)
    api.mood = 'well'
    await store.retry('event-1')
    await calm()
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('neither does anything where there is no answer', async () => {
    const { store, rows, calm } = await startWorld()
    await store.retry('event-1')
    await store.discard('event-1')
    await calm()
    expect(await rows('outbox')).toEqual([])
  })

  test('retry() during a request does not send it twice', async () => {
    const world = await startWorld()
    const { store, api, calm } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const held = await holding.at(0)
    await store.retry('event-1')
    await calm()
    held.pass()
    await untilStatus(world, store, isIdle)
    expect(attempts(api)).toEqual(['POST 200'])
  })

  test('discard() during a request: what the server then takes is shown as it is', async () => {
    const world = await startWorld()
    const { store, api, calm } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const held = await holding.at(0)
    await store.discard('event-1')
    held.pass()
    await calm()
    expect(await now(store.outbox$)).toEqual([])
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
  })

  test('discard() ends an answer as discarded, though the server may have taken it unheard', async () => {
    const { store, api, calm } = await startWorld()
    api.mood = 'lost-reply'
    const { settled } = await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.unheard === true)
    api.mood = 'well'
    await store.pullMyRsvps()
    await calm()
    await store.discard('event-1')
    expect(await settled).toEqual({ kind: 'discarded' })
  })

  test('a discarded answer blocks no other', async () => {
    const world = await startWorld({ random: () => 0.9 })
    const { store, api } = world
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => (entry?.failures ?? 0) > 0)
    await store.discard('event-1')
    api.mood = 'well'
    await store.rsvp('event-2', 'going')
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual(['POST going'])
  })
})

describe('how an answer ended: the receipt, and settled()', () => {
  test('accepted, with the row that the server stored', async () => {
    const { store, api } = await startWorld()
    const receipt = await store.rsvp('event-1', 'going')
    expect(receipt).toMatchObject({ eventId: 'event-1', status: 'going' })
    const outcome = await receipt.settled
    expect(outcome).toEqual({
      kind: 'accepted',
      response: api.responses().find(({ userId }) => userId === 'ada'),
    })
    expect(await store.settled('event-1')).toEqual(outcome)
  })

  test('superseded by a newer answer, while settled() tells of the newest', async () => {
    const world = await startWorld()
    const { store, goOnline } = world
    goOnline(false)
    const first = await store.rsvp('event-1', 'going')
    const latest = store.settled('event-1')
    const second = await store.rsvp('event-1', 'not_going')
    expect(await first.settled).toEqual({ kind: 'superseded' })
    goOnline(true)
    await untilStatus(world, store, isIdle)
    expect(await second.settled).toMatchObject({ kind: 'accepted', response: { status: 'not_going' } })
    expect(await latest).toMatchObject({ kind: 'accepted', response: { status: 'not_going' } })
  })

  test('superseded also when the newer answer is what the server has anyway', async () => {
    const { store, goOnline } = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    goOnline(false)
    const first = await store.rsvp('event-1', 'going')
    await store.rsvp('event-1', 'interested')
    expect(await first.settled).toEqual({ kind: 'superseded' })
  })

  test('the same tap twice: both receipts end alike', async () => {
    const world = await startWorld()
    const { store, goOnline, api } = world
    goOnline(false)
    const both = [await store.rsvp('event-1', 'going'), await store.rsvp('event-1', 'going')]
    goOnline(true)
    await untilStatus(world, store, isIdle)
    for (const { settled } of both) expect(await settled).toMatchObject({ kind: 'accepted' })
    expect(written(api)).toEqual(['POST going'])
  })

  test('discarded by the user', async () => {
    const { store, goOnline } = await startWorld()
    goOnline(false)
    const receipt = await store.rsvp('event-1', 'going')
    const also = store.settled('event-1')
    await store.discard('event-1')
    expect(await receipt.settled).toEqual({ kind: 'discarded' })
    expect(await also).toEqual({ kind: 'discarded' })
  })

  test('failed, with the reason', async () => {
    const { store, api } = await startWorld()
    api.mood = 'refusing'
    const receipt = await store.rsvp('event-1', 'going')
    const outcome = { kind: 'failed', failure: expect.objectContaining({ kind: 'forbidden' }) }
    expect(await receipt.settled).toEqual(outcome)
    expect(await store.settled('event-1')).toEqual(outcome)
  })

  test('nothing was ever said: discarded, or accepted where the server has an answer', async () => {
    const { store } = await startWorld({ api: { answers: { ada: { 'event-2': 'going' } } } })
    expect(await store.settled('event-1')).toEqual({ kind: 'discarded' })
    expect(await store.settled('event-2')).toMatchObject({ kind: 'accepted', response: { status: 'going' } })
  })

  test.each(['accepted', 'failed', 'discarded'] as const)(
    '%s is told in the second tab too',
    async (kind) => {
      const world = await startWorld()
      const { store, api, openTab, goOnline } = world
      goOnline(false)
      await store.rsvp('event-1', 'going')
      const other = openTab()
      other.goOnline(false)
      await until(other.store.outbox$, (entries) => entries.length === 1)
      const settled = other.store.settled('event-1')
      await world.calm()
      if (kind === 'failed') api.mood = 'refusing'
      if (kind === 'discarded') await store.discard('event-1')
      goOnline(true)
      await world.pass(2_000)
      expect((await settled).kind).toBe(kind)
    },
  )

  test.each(['accepted', 'failed', 'discarded'] as const)('%s is told after a reload too', async (kind) => {
    const world = await startWorld()
    const { store, api, openTab, goOnline } = world
    goOnline(false)
    await store.rsvp('event-1', 'going')
    await store.close()
    if (kind === 'failed') api.mood = 'refusing'
    const next = openTab()
    const settled = next.store.settled('event-1')
    if (kind === 'discarded') await next.store.discard('event-1')
    await world.pass(2_000)
    if (kind !== 'discarded') expect((await settled).kind).toBe(kind)
    else expect(['discarded', 'accepted']).toContain((await settled).kind)
  })

  test('accepted by another device in the meantime is still accepted', async () => {
    const world = createWorld()
    const { store, goOnline } = world.openTab()
    goOnline(false)
    const receipt = await store.rsvp('event-1', 'going')
    world.api.answerAs('ada', 'event-1', 'going')
    goOnline(true)
    await untilStatus(world, store, isIdle)
    expect(await receipt.settled).toMatchObject({ kind: 'accepted', response: { status: 'going' } })
  })

  test('an answer that was accepted and then changed elsewhere was accepted all the same', async () => {
    const world = await startWorld()
    const { store, api } = world
    const holding = hold(api, isWrite)
    const receipt = await store.rsvp('event-1', 'going')
    ;(await holding.at(0)).pass()
    await receipt.settled.then((outcome) => expect(outcome.kind).toBe('accepted'))
  })
})

describe('an entry, step by step', () => {
  const NOW = 1_000_000
  const failure = { kind: 'no-reply', message: 'silence' } as const
  const tap = (status: OutboxEntry['status'], server: string | null = null, answerId: string = status) => ({
    eventId: 'e',
    status,
    answerId,
    now: NOW,
    server,
  })
  const must = (entry: OutboxEntry | undefined): OutboxEntry => {
    if (!entry) throw new Error('expected an entry')
    return entry
  }
  const queued = must(answered(undefined, tap('going')))
  const sending = claimed(queued, { id: 'lease', until: NOW + 30_000 })

  test('a first answer waits for nothing', () => {
    expect(queued).toEqual({
      eventId: 'e',
      status: 'going',
      answerId: 'going',
      state: 'queued',
      queuedAt: NOW,
      base: null,
      failures: 0,
      floor: 0,
      notBefore: NOW,
      unheard: false,
    })
    expect(dueAt(queued, NOW)).toBe(NOW)
  })

  test('saying what the server has, with nothing open, is no entry', () => {
    expect(answered(undefined, tap('going', 'going'))).toBeUndefined()
    expect(answered(queued, tap('not_going', 'not_going'))).toBeUndefined()
  })

  test('going back to what the server had is an entry while something may still arrive there', () => {
    expect(answered(sending, tap('not_going', 'not_going'))).toMatchObject({
      status: 'not_going',
      lease: { id: 'lease' },
    })
    expect(answered({ ...queued, unheard: true }, tap('interested', 'interested'))).toMatchObject({
      unheard: true,
    })
  })

  test('the same answer again is the same entry', () => {
    expect(answered(queued, tap('going', null, 'other'))).toBe(queued)
    expect(answered(sending, tap('going', null, 'other'))).toBe(sending)
  })

  test("a newer answer keeps the base, the server's wait and the request under way, not our own wait", () => {
    const waiting = { ...sending, floor: NOW + 5_000, notBefore: NOW + 60_000, failures: 3 }
    expect(answered(waiting, tap('not_going', 'interested'))).toMatchObject({
      answerId: 'not_going',
      state: 'queued',
      base: null,
      notBefore: NOW + 5_000,
      lease: { status: 'going' },
    })
  })

  test('a claim remembers what is sent; an older claim that never ended was unheard', () => {
    expect(sending).toMatchObject({
      state: 'sending',
      unheard: false,
      lease: { status: 'going', answerId: 'going' },
    })
    expect(claimed(sending, { id: 'next', until: NOW + 60_000 })).toMatchObject({
      unheard: true,
      lease: { id: 'next' },
    })
  })

  test('a leased entry is due when the lease ends, a failed one never', () => {
    expect(dueAt(sending, NOW)).toBe(NOW + 30_000)
    expect(dueAt({ ...queued, state: 'failed' }, NOW)).toBe(Number.POSITIVE_INFINITY)
  })

  test('a stored moment that is too far away means that the clock was set back', () => {
    const far = { ...queued, notBefore: NOW + MAX_WAIT_MS + 1 }
    expect(dueAt(far, NOW)).toBe(NOW)
    expect(dueAt({ ...queued, notBefore: NOW + MAX_WAIT_MS }, NOW)).toBe(NOW + MAX_WAIT_MS)
    const taken = { ...sending, notBefore: far.notBefore } // by a tab that has not believed it either
    expect(dueAt(taken, NOW)).toBe(NOW + 30_000)
  })

  test('settled: gone, unless a newer answer is there that the server does not have', () => {
    expect(settled(sending, 'going', NOW)).toBeUndefined()
    const newer = must(answered(sending, tap('not_going')))
    expect(settled(newer, 'going', NOW + 9)).toMatchObject({
      status: 'not_going',
      state: 'queued',
      base: 'going',
      failures: 0,
      unheard: false,
      notBefore: NOW + 9,
    })
    expect(settled(newer, 'going', NOW)).not.toHaveProperty('lease')
    expect(settled(newer, 'not_going', NOW)).toBeUndefined()
  })

  test('unsettled: it waits, says why, and counts only what says something about it', () => {
    const wait = { notBefore: NOW + 1_000, floor: NOW + 500, unheard: true, failure }
    expect(unsettled(sending, { ...wait, counts: true })).toMatchObject({
      state: 'queued',
      failures: 1,
      notBefore: NOW + 1_000,
      floor: NOW + 500,
      unheard: true,
      failure,
    })
    expect(unsettled(sending, { ...wait, counts: false }).failures).toBe(0)
    expect(unsettled(sending, { ...wait, counts: true })).not.toHaveProperty('lease')
  })

  test('refused: failed with the reason; a newer answer gets its own turn', () => {
    const why = { failure: { kind: 'refused', message: 'no' }, unheard: false, now: NOW } as const
    expect(refused(sending, why)).toMatchObject({ state: 'failed', failure: why.failure })
    const newer = refused(must(answered(sending, tap('not_going'))), why)
    expect(newer).toMatchObject({ state: 'queued', status: 'not_going' })
    expect(newer).not.toHaveProperty('failure')
  })

  test('refused: a word from the API ends every wait, and the count of tries without one', () => {
    const tried = { ...sending, failures: 4, floor: NOW + 5_000, notBefore: NOW + 5_000, unheard: true }
    const why = { failure: { kind: 'refused', message: 'no' }, unheard: false, now: NOW + 9 } as const
    const word = { failures: 0, floor: 0, unheard: false, notBefore: NOW + 9 }
    expect(refused(tried, why)).toEqual({ ...queued, ...word, state: 'failed', failure: why.failure })
    const newer = must(answered(tried, tap('not_going')))
    expect(refused(newer, why)).toMatchObject({ ...word, state: 'queued' })
  })

  test('settled: where the server has another answer than the one it took, that one was given later', () => {
    expect(settled(sending, 'interested', NOW)).toBeUndefined()
  })

  test("retried: at once, but for a wait of the server's", () => {
    const failed = refused(sending, { failure: { kind: 'refused', message: 'no' }, unheard: false, now: NOW })
    expect(retried(failed, NOW)).toMatchObject({ state: 'queued', failures: 0, notBefore: NOW })
    expect(retried({ ...failed, floor: NOW + 500 }, NOW).notBefore).toBe(NOW + 500)
    expect(retried(sending, NOW)).toBe(sending)
  })
})

test('an answer to an event that is over says so; to one that has begun, the server has the last word', async () => {
  const { store, goOnline } = await startWorld()
  goOnline(false)
  await store.merge({
    events: [
      { eventId: 'over', status: 'ended' },
      { eventId: 'on', status: 'live' },
    ],
  })
  await expect(store.rsvp('over', 'going')).rejects.toMatchObject({
    code: 'rsvp-closed',
    message: 'The event over takes no answers.',
  })
  await store.rsvp('on', 'going')
  expect(await entryOf(store, 'on')).toMatchObject({ status: 'going' })
})

test('an answer that fails while it waits says why in outbox$', async () => {
  const { store, api } = await startWorld()
  api.mood = 'down'
  await store.rsvp('event-1', 'going')
  await until(store.outbox$, ([entry]) => entry?.failure !== undefined)
  expect(await entryOf(store, 'event-1')).toMatchObject({
    state: 'queued',
    failures: 1,
    failure: { kind: 'no-reply' },
  })
})

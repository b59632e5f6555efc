import { expect, test } from 'vitest'
import {
  attempts,
  entryOf,
  errorReply,
  hold,
  isIdle,
  mineAt,
  requested,
  startWorld,
  until,
  untilStatus,
} from './world.ts'

const SECOND_MS = 1_000

test('a network that says again that it is there holds nothing up', async () => {
  const { store, api, connectivity, calm } = await startWorld({ random: () => 0.999 })
  connectivity.set(true)
  await store.rsvp('event-1', 'going')
  await calm()
  expect(mineAt(api, 'event-1')).toBe('going')
})

test('losing the network brings no wait forward', async () => {
  const { store, api, clock, goOnline, calm, pass } = await startWorld({ random: () => 0.999 })
  api.mood = 'down'
  await store.rsvp('event-1', 'going')
  await pass(300 * SECOND_MS)
  await until(store.outbox$, ([entry]) => (entry?.notBefore ?? 0) > clock.now() + 61 * SECOND_MS)
  const before = await entryOf(store, 'event-1')
  goOnline(false)
  await calm()
  expect(await entryOf(store, 'event-1')).toEqual(before)
})

test('a limit that is reached leaves nothing behind to be looked for', async () => {
  const world = await startWorld()
  const { store, api } = world
  let isLimited = true
  api.intercept = async (request, next) => {
    if (request.method === 'GET' || !isLimited) return next(request)
    isLimited = false
    return errorReply(429, 429000)
  }
  await store.rsvp('event-1', 'going')
  await until(store.outbox$, ([entry]) => entry?.state === 'queued' && !isLimited)
  const before = requested(api).length
  await store.rsvp('event-1', 'interested')
  await untilStatus(world, store, isIdle)
  await world.pass(660 * SECOND_MS)
  expect(attempts(api)).toEqual(['POST 429', 'POST 200'])
  expect(requested(api).slice(before)).toEqual(['POST /event-1/rsvp'])
  expect(await world.rows('watched')).toEqual([])
})

test('a clock that is set back gives an answer that is on its way no more time than its lease has', async () => {
  const world = await startWorld()
  const { store, api, clock } = world
  const holding = hold(api, ({ url }) => url.includes('/event-1/'))
  await store.rsvp('event-1', 'going')
  ;(await holding.at(0)).lose()
  await until(store.outbox$, ([entry]) => entry?.unheard === true)
  while (holding.held.length < 2) await world.pass(SECOND_MS)
  const look = await holding.at(1)
  await world.pass(15 * SECOND_MS)
  clock.set(clock.now() - 3_600_000)
  look.pass()
  const { request } = await holding.at(2)
  await world.pass(12 * SECOND_MS)
  expect(request.signal.aborted).toBe(false)
  await world.pass(4 * SECOND_MS)
  expect(request.signal.aborted).toBe(true)
})

import { expect, test } from 'vitest'
import {
  entryOf,
  errorReply,
  isIdle,
  isWrite,
  jsonReply,
  latest,
  mineAt,
  now,
  record,
  startWorld,
  until,
  untilStatus,
  written,
} from './world.ts'

const DAY_MS = 24 * 3_600_000

test('P2 fifty failures in a row delete nothing, and the answer goes out when the server is back', async () => {
  const world = await startWorld()
  const { store, api, clock, calm } = world
  api.mood = 'server-error'
  await store.rsvp('event-1', 'going')
  const outbox = latest(store.outbox$)
  for (;;) {
    await calm()
    expect(outbox.value).toHaveLength(1)
    if ((outbox.value[0]?.failures ?? 0) >= 50) break
    clock.advance(Math.max(0, (clock.alarms()[0] ?? clock.now()) - clock.now()))
  }
  api.mood = 'well'
  await untilStatus(world, store, isIdle)
  expect(mineAt(api, 'event-1')).toBe('going')
})

test('P2 an answer that waited for months is still there and still goes out', async () => {
  const world = await startWorld()
  const { store, api, clock, calm, goOnline, rows } = world
  goOnline(false)
  await store.rsvp('event-1', 'going')
  for (let day = 0; day < 4; day += 1) {
    clock.advance(30 * DAY_MS)
    await calm()
  }
  expect(await rows('outbox')).toHaveLength(1)
  api.putEvent({ eventId: 'event-1', startTime: new Date(clock.now() + DAY_MS).toISOString() })
  goOnline(true)
  await untilStatus(world, store, isIdle)
  expect(mineAt(api, 'event-1')).toBe('going')
})

const mine = { eventId: 'event-1', userId: 'ada', status: 'going', updatedAt: '2026-01-01T00:00:00.000Z' }
const html = (status = 200) =>
  new Response('<!doctype html><p>Welcome', { status, headers: { 'content-type': 'text/html' } })

test.each<[string, () => Response]>([
  ['a page of HTML with 200', () => html()],
  [
    'a page of HTML that calls itself JSON',
    () => new Response('<p>', { headers: { 'content-type': 'application/json' } }),
  ],
  [
    'the right JSON that does not call itself JSON',
    () =>
      new Response(JSON.stringify({ eventResponses: [mine] }), { headers: { 'content-type': 'text/plain' } }),
  ],
  ['an empty 204', () => new Response(null, { status: 204 })],
  ['a 302', () => new Response(null, { status: 302, headers: { location: 'https://portal.example' } })],
  ['JSON of something else', () => jsonReply({ ok: true })],
  ['JSON null', () => jsonReply(null)],
  ['a list', () => jsonReply([mine])],
  ['a bundle without my answer', () => jsonReply({ events: [{ eventId: 'event-1' }], eventResponses: [] })],
  ["another user's answer", () => jsonReply({ eventResponses: [{ ...mine, userId: 'bob' }] })],
  ['my answer to another event', () => jsonReply({ eventResponses: [{ ...mine, eventId: 'event-2' }] })],
  ['my answer without a status', () => jsonReply({ eventResponses: [{ ...mine, status: undefined }] })],
  ['my answer with a status that is no text', () => jsonReply({ eventResponses: [{ ...mine, status: 1 }] })],
  [
    'my answer in a row that cannot be read',
    () => jsonReply({ eventResponses: [{ ...mine, updatedAt: 'soon' }] }),
  ],
  ['null in place of my answer', () => jsonReply({ eventResponses: [null, 'x', 3] })],
])('P2 %s does not settle an answer', async (_, reply) => {
  const world = await startWorld()
  const { store, api, calm, rows } = world
  const views = record(store.event$('event-1'))
  await until(store.event$('event-1'), (view) => view !== undefined)
  api.intercept = async (request, next) => (isWrite(request) ? reply() : next(request))
  await store.rsvp('event-1', 'going')
  await calm()
  expect(await rows('outbox')).toEqual([expect.objectContaining({ eventId: 'event-1', status: 'going' })])
  expect(views.at(-1)?.myRsvp).toMatchObject({ status: 'going', sync: 'queued' })

  api.intercept = undefined
  await untilStatus(world, store, isIdle)
  expect(written(api)).toEqual(['POST going'])
  expect(views.at(-1)?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
})

test('P2 a reply that is right in everything settles, and the outbox is empty', async () => {
  const world = await startWorld()
  await world.store.rsvp('event-1', 'going')
  await untilStatus(world, world.store, isIdle)
  expect(await world.rows('outbox')).toEqual([])
})

test('P2 a refusal keeps the answer with its reason, whatever the reason', async () => {
  for (const status of [400, 402, 403, 404, 405, 410, 413, 418, 422, 451]) {
    const world = await startWorld()
    const { store, api, rows } = world
    api.intercept = async (request, next) => (isWrite(request) ? errorReply(status, 400999) : next(request))
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.state === 'failed')
    expect((await rows('outbox'))[0]).toMatchObject({ status: 'going', failure: { httpStatus: status } })
    await store.close()
  }
})

test('P2 the user may discard an answer, and only that answer goes', async () => {
  const { store, goOnline, rows, calm } = await startWorld()
  goOnline(false)
  await store.rsvp('event-1', 'going')
  await store.rsvp('event-2', 'going')
  await store.discard('event-1')
  await calm()
  expect(await rows('outbox')).toEqual([expect.objectContaining({ eventId: 'event-2' })])
})

test('P2 a newer answer of the same user replaces the older one, and nothing else does', async () => {
  const { store, goOnline, rows, calm, api } = await startWorld()
  goOnline(false)
  await store.rsvp('event-1', 'going')
  await store.merge({
    events: [{ ...api.events()[0], updatedAt: '2030-01-01T00:00:00Z', isDeleted: true }],
    eventResponses: [{ ...mine, status: 'not_going', updatedAt: '2030-01-01T00:00:00Z' }],
  })
  await calm()
  expect(await rows('outbox')).toEqual([expect.objectContaining({ status: 'going' })])
})

test('P2 closing while a request is on its way keeps the answer for the next session', async () => {
  const world = await startWorld()
  const { store, api, rows } = world
  api.intercept = () => new Promise(() => {})
  await store.rsvp('event-1', 'going')
  await until(store.outbox$, ([entry]) => entry?.state === 'sending')
  await store.close()
  expect(await rows('outbox')).toHaveLength(1)
  api.intercept = undefined
  const next = world.openTab()
  await untilStatus(world, next.store, isIdle)
  expect(mineAt(api, 'event-1')).toBe('going')
})

test('P2 a device that cannot store the settled rows keeps the answer, and settles when it can again', async () => {
  const world = await startWorld()
  const { store, api, indexedDB, calm } = world
  let held = () => {}
  api.intercept = async (request, next) => {
    const reply = await next(request)
    if (isWrite(request)) await new Promise<void>((resolve) => (held = resolve))
    return reply
  }
  await store.rsvp('event-1', 'going')
  await until(store.outbox$, ([entry]) => entry?.state === 'sending')
  await calm()
  indexedDB.fault = { table: 'responses', kind: 'QuotaExceededError' }
  held()
  await calm()
  expect(await entryOf(store, 'event-1')).toMatchObject({ status: 'going' })
  expect((await now(store.status$)).storage).toBe('full')
  indexedDB.fault = undefined
  api.intercept = undefined
  await untilStatus(world, store, isIdle)
  expect(written(api)).toEqual(['POST going'])
  expect((await now(store.event$('event-1')))?.myRsvp.status).toBe('going')
})

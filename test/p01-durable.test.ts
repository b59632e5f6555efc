import { map } from 'rxjs'
import { expect, test } from 'vitest'
import { RsvpStoreError } from '../src/index.ts'
import { createFakeClock } from '../src/testing.ts'
import { platform } from './platform.ts'
import {
  createWorld,
  isIdle,
  latest,
  mineAt,
  now,
  record,
  seenAs,
  startWorld,
  until,
  untilStatus,
} from './world.ts'

test('P1 the promise resolves only when the answer is on disk, where another connection reads it', async () => {
  const { store, goOnline, rows, calm } = await startWorld()
  goOnline(false)
  await calm()
  await store.rsvp('event-1', 'going')
  expect(await rows('outbox')).toEqual([expect.objectContaining({ eventId: 'event-1', status: 'going' })])
})

test('P1 when the promise resolves, the transaction that wrote the answer has completed', async () => {
  const { store, goOnline, calm, indexedDB } = await startWorld()
  goOnline(false)
  await calm()
  const before = indexedDB.transactions.length
  await store.rsvp('event-1', 'going')
  const [write] = indexedDB.transactions
    .slice(before)
    .filter(({ mode, tables }) => mode === 'readwrite' && tables.includes('outbox'))
  expect(write?.done).toBe(true)
})

test('P1 every write to the outbox asks for strict durability', async () => {
  const world = await startWorld()
  await world.store.rsvp('event-1', 'going')
  await untilStatus(world, world.store, isIdle)
  const writes = world.indexedDB.transactions.filter(
    ({ mode, tables }) => mode === 'readwrite' && tables.includes('outbox'),
  )
  expect(writes.length).toBeGreaterThan(1)
  expect(new Set(writes.map(({ durability }) => durability))).toEqual(new Set(['strict']))
})

test('P1 an answer given in one session is sent by the next, though nothing was ever heard', async () => {
  const world = createWorld()
  const first = world.openTab()
  first.goOnline(false)
  await first.store.rsvp('event-1', 'going')
  await first.store.close()
  const second = world.openTab()
  await untilStatus(world, second.store, isIdle)
  expect(mineAt(world.api, 'event-1')).toBe('going')
})

test('P1 an answer can be given before the first page has ever loaded: the event need not be known', async () => {
  const world = createWorld()
  const { store } = world.openTab()
  await store.rsvp('event-2', 'interested')
  await untilStatus(world, store, isIdle)
  expect(mineAt(world.api, 'event-2')).toBe('interested')
})

test.each([
  ['QuotaExceededError', 'storage-full', 'full'],
  ['UnknownError', 'storage-unavailable', 'unavailable'],
  ['in-reply', 'storage-unavailable', 'unavailable'],
  ['at-commit', 'storage-unavailable', 'unavailable'],
] as const)(
  'P1 a write that fails with %s rejects with %s, stores nothing, and the view goes back',
  async (kind, code, storage) => {
    const { store, goOnline, calm, rows, indexedDB, api } = await startWorld()
    goOnline(false)
    await calm()
    const seen = record(store.event$('event-1'))
    const status = latest(store.status$)
    await until(store.event$('event-1'), (view) => view !== undefined)
    const before = seenAs(seen.at(-1))
    indexedDB.fault = { table: 'outbox', kind }
    const refusal = await store.rsvp('event-1', 'going').catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(RsvpStoreError)
    expect(refusal).toMatchObject({ code })
    await calm()
    expect(seen.map(seenAs).slice(-2)).toEqual([expect.stringContaining('going saving'), before])
    expect(status.value).toMatchObject({ storage, queued: 0 })
    expect(await rows('outbox')).toEqual([])
    expect(await now(store.outbox$)).toEqual([])

    indexedDB.fault = undefined
    await store.rsvp('event-1', 'interested')
    expect(await rows('outbox')).toHaveLength(1)
    await calm()
    expect(status.value.storage).toBe('ready')
    expect(api.requests().filter(({ method }) => method === 'POST')).toEqual([])
  },
)

test('P1 a tap that fails takes nothing with it: what is watched for late requests stays', async () => {
  const { store, goOnline, calm, rows, putUnheard, indexedDB, clock } = await startWorld()
  goOnline(false)
  const given = { status: 'going', state: 'queued', answerId: 'before', queuedAt: clock.now(), base: null }
  const waits = { failures: 0, notBefore: clock.now(), floor: 0, unheard: false, abandoned: ['interested'] }
  const watched = { eventId: 'event-1', ...given, ...waits, watchedUntil: clock.now() + 600_000 }
  await putUnheard('watched', [watched])
  indexedDB.fault = { table: 'outbox', kind: 'in-reply' }
  await expect(store.rsvp('event-1', 'not_going')).rejects.toMatchObject({ code: 'storage-unavailable' })
  await calm()
  expect([await rows('watched'), await rows('outbox')]).toEqual([[watched], []])

  indexedDB.fault = undefined
  await store.rsvp('event-1', 'not_going')
  expect([await rows('watched'), await rows('outbox')]).toMatchObject([[], [{ status: 'not_going' }]])
})

test('P1 a failing second tap leaves the first one stored and shown', async () => {
  const { store, goOnline, calm, rows, indexedDB } = await startWorld()
  goOnline(false)
  await calm()
  await store.rsvp('event-1', 'going')
  const view = latest(store.event$('event-1'))
  indexedDB.fault = { table: 'outbox', kind: 'QuotaExceededError' }
  await expect(store.rsvp('event-1', 'interested')).rejects.toMatchObject({ code: 'storage-full' })
  await calm()
  expect(view.value?.myRsvp).toEqual({ status: 'going', sync: 'queued' })
  expect(await rows('outbox')).toEqual([expect.objectContaining({ status: 'going' })])
})

test('P1 a write that is being committed when its time is up can only be waited for: the status says so, the tap resolves, and it is on disk', async () => {
  const world = createWorld()
  const uncaught = platform.uncaught()
  // Asleep through its patience, and awake before the reply.
  const clock = Object.assign(createFakeClock(world.clock.now()), { pause: async () => {} })
  const { store, goOnline } = world.openTab({ ports: { clock } })
  await store.pullEvents()
  goOnline(false)
  await world.calm()
  const storage = record(store.status$.pipe(map((status) => status.storage)))
  world.indexedDB.onCommit = () => clock.advance(5_000)
  expect(await store.rsvp('event-1', 'going')).toMatchObject({ status: 'going' })
  world.indexedDB.onCommit = () => {}
  expect(await world.rows('outbox')).toMatchObject([{ status: 'going' }])
  await world.calm()
  expect([...new Set(storage)]).toEqual(['ready', 'unavailable'])
  expect(storage.at(-1)).toBe('ready')
  expect(uncaught).toEqual([])
})

test('P1 ten taps at once are all acknowledged, and exactly the last one is on disk', async () => {
  const { store, goOnline, calm, rows } = await startWorld()
  goOnline(false)
  await calm()
  const said = ['going', 'interested', 'not_going'] as const
  await Promise.all(Array.from({ length: 10 }, (_, at) => store.rsvp('event-1', said[at % 3] ?? 'going')))
  expect(await rows('outbox')).toEqual([expect.objectContaining({ eventId: 'event-1', status: 'going' })])
})

test('P1 an answer to an event known to be over is refused, and nothing is stored or sent', async () => {
  const { store, rows, api, calm } = await startWorld()
  api.cancelEvent('event-1')
  await store.pullEvent('event-1')
  await expect(store.rsvp('event-1', 'going')).rejects.toMatchObject({ code: 'rsvp-closed' })
  await calm()
  expect(await rows('outbox')).toEqual([])
  expect(api.writes()).toEqual([])
})

test('P1 after close() a tap rejects with closed and stores nothing', async () => {
  const { store, rows } = await startWorld()
  await store.close()
  await expect(store.rsvp('event-1', 'going')).rejects.toMatchObject({ code: 'closed' })
  expect(await rows('outbox')).toEqual([])
})

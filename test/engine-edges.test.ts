import { describe, expect, test } from 'vitest'
import { createFakeConnectivity, createFakeLocks } from '../src/testing.ts'
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
  startWorld,
  until,
  untilStatus,
  written,
} from './world.ts'

const SECOND_MS = 1_000

describe('when an answer goes', () => {
  test('a tab that opens offline tries one answer after a minute, for offline can be a lie', async () => {
    const world = createWorld()
    const { store } = world.openTab({ ports: { connectivity: createFakeConnectivity(false) } })
    await store.rsvp('event-1', 'going')
    await world.pass(59 * SECOND_MS)
    expect(attempts(world.api)).toEqual([])
    await world.pass(SECOND_MS)
    expect(attempts(world.api)).toEqual(['POST 200'])
  })

  test('a network that comes back ends the waits that nobody asked for', async () => {
    const { store, api, pass, goOnline } = await startWorld({ random: () => 0.999 })
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    await pass(300 * SECOND_MS)
    const [waiting] = await now(store.outbox$)
    expect(waiting?.failures).toBeGreaterThan(5)
    goOnline(false)
    api.mood = 'well'
    goOnline(true)
    await pass(SECOND_MS)
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('a clock set back after the network came back holds nothing up', async () => {
    const { store, api, clock, pass, goOnline } = await startWorld()
    goOnline(false)
    goOnline(true)
    await pass(2 * SECOND_MS)
    clock.set(clock.now() - 3_600_000)
    await store.rsvp('event-1', 'going')
    await pass(SECOND_MS)
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('each answer goes at the end of its own wait, not of the longest', async () => {
    const { store, api, pass } = await startWorld()
    const waits: Record<string, string> = { 'event-1': '120', 'event-2': '30' }
    const told = new Set<string>()
    api.intercept = async (request, next) => {
      const [eventId = ''] = /event-\d/.exec(request.url) ?? []
      if (!isWrite(request) || told.has(eventId)) return next(request)
      told.add(eventId)
      return errorReply(503, 0, { 'Retry-After': waits[eventId] ?? '' })
    }
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.failures === 1)
    await store.rsvp('event-2', 'going')
    await until(store.outbox$, (entries) => entries.every(({ failures }) => failures === 1))
    await pass(29 * SECOND_MS)
    expect(written(api)).toEqual([])
    await pass(3 * SECOND_MS)
    expect(mineAt(api, 'event-2')).toBe('going')
    expect(mineAt(api, 'event-1')).toBeUndefined()
    await pass(95 * SECOND_MS)
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('what is due and was forgotten by every event of the page goes within half a minute', async () => {
    const world = createWorld()
    let state: 'frozen' | 'visible' = 'visible'
    const lifecycle = { state: () => state, watch: () => () => {} } // a page that wakes without a word
    const { store } = world.openTab({ ports: { lifecycle } })
    world.api.mood = 'down'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.failures === 1)
    world.api.mood = 'well'
    state = 'frozen'
    await world.pass(10 * SECOND_MS)
    expect(written(world.api)).toEqual([])
    state = 'visible'
    await world.pass(30 * SECOND_MS)
    expect(mineAt(world.api, 'event-1')).toBe('going')
  })
})

describe('closing', () => {
  test('while a lock is waited for: the store closes, and when the lock comes nothing is taken', async () => {
    const world = createWorld()
    const locks = createFakeLocks()
    const grants: (() => void)[] = []
    const withLock: typeof locks.withLock = async (name, work) => {
      await new Promise<void>((resolve) => grants.push(resolve))
      return locks.withLock(name, work)
    }
    const { store } = world.openTab({ ports: { locks: { ...locks, withLock } } })
    const holding = hold(world.api, isWrite)
    await store.rsvp('event-1', 'going')
    await world.calm()
    await store.close()
    grants[0]?.()
    await world.calm()
    expect(grants).toHaveLength(1)
    expect(holding.held).toHaveLength(0)
    expect(await world.rows('outbox')).toMatchObject([{ state: 'queued', failures: 0, unheard: false }])
  })

  test('hands nothing to the network that was not there before', async () => {
    const world = await startWorld()
    const { store, api } = world
    const holding = hold(api, isWrite)
    for (const at of [1, 2, 3, 4, 5, 6]) await store.rsvp(`event-${at}`, 'going')
    await holding.at(3)
    await store.close()
    await world.calm()
    expect(holding.held).toHaveLength(4)
    const rows = await world.rows('outbox')
    expect(rows.map(({ state, failures }) => `${state} ${failures}`)).toEqual([
      ...Array(4).fill('queued 1'),
      ...Array(2).fill('queued 0'),
    ])
  })
})

describe('the connection', () => {
  test('ends with the store', async () => {
    const { store, indexedDB, calm } = await startWorld()
    await store.rsvp('event-1', 'going')
    await calm()
    expect(indexedDB.connections).toBeGreaterThan(0)
    await store.close()
    await calm()
    expect(indexedDB.connections).toBe(0)
  })

  test('is not asked for what nobody looks at any more', async () => {
    const { store, indexedDB, calm, goOnline } = await startWorld()
    goOnline(false)
    const watching = store.attendees$('event-1').subscribe()
    await calm()
    watching.unsubscribe()
    await calm()
    const before = indexedDB.transactions.length
    await store.rsvp('event-1', 'going')
    await calm()
    const reads = indexedDB.transactions.slice(before).filter(({ mode }) => mode === 'readonly')
    expect(reads.filter(({ tables }) => tables.includes('users'))).toEqual([])
  })

  test('of a view that was watched through a deletion by another tab starts anew, with nothing in it', async () => {
    const world = await startWorld()
    const other = world.openTab()
    const view = latest(other.store.event$('event-1'))
    await world.calm()
    expect(view.value?.eventId).toBe('event-1')
    await world.store.logout({ unsent: 'discard' })
    await world.pass(6 * SECOND_MS)
    expect(view.value).toBeUndefined()
    expect(await now(other.store.status$)).toMatchObject({ storage: 'ready' })
    await other.store.pullEvents()
    await world.calm()
    expect(view.value?.eventId).toBe('event-1')
  })
})

test('a late refusal in a tab whose answer was taken over and put back since changes nothing', async () => {
  const world = createWorld()
  const dead = world.openTab({
    ports: { clock: { ...world.clock, elapsed: () => 0, after: () => () => {} } },
  })
  const holding = hold(world.api, isWrite)
  await dead.store.rsvp('event-1', 'going')
  const held = await holding.at(0)
  const alive = world.openTab()
  await world.pass(30 * SECOND_MS)
  ;(await holding.at(1)).answer(errorReply(503, 0, { 'Retry-After': '600' }))
  await until(alive.store.outbox$, ([entry]) => entry?.failures === 1)
  held.answer(errorReply(403, 400300))
  await world.calm()
  expect(await entryOf(alive.store, 'event-1')).toMatchObject({ state: 'queued', failures: 1 })
})

test('a database that another tab blocks says so, not that there is none, and opens when it may', async () => {
  const world = createWorld()
  const older = await world.connect()
  const { store } = world.openTab()
  const status = latest(store.status$)
  const tap = store.rsvp('event-1', 'going').catch((error: unknown) => error)
  world.clock.advance(SECOND_MS) // the status waits that long for the first look
  await until(store.status$, ({ storage }) => storage === 'blocked')
  world.clock.advance(5 * SECOND_MS)
  expect(await tap).toMatchObject({ code: 'storage-unavailable' })
  expect(status.value.storage).toBe('blocked')
  older.close()
  await world.pass(6 * SECOND_MS)
  await store.rsvp('event-1', 'going')
  await untilStatus(world, store, isIdle)
  expect(mineAt(world.api, 'event-1')).toBe('going')
  expect(status.value.storage).toBe('ready')
})

import { describe, expect, test } from 'vitest'
import { createFakeLocks } from '../src/testing.ts'
import {
  attempts,
  createWorld,
  hold,
  isIdle,
  isWrite,
  latest,
  mineAt,
  now,
  record,
  startWorld,
  until,
  untilStatus,
} from './world.ts'

describe('P11 an answer that should move and does not', () => {
  /** The first lock that is asked for is granted when the test says so. */
  function slowLocks() {
    const locks = createFakeLocks()
    let grant = (): void => {}
    let asked = 0
    const withLock: typeof locks.withLock = async (name, work) => {
      asked += 1
      if (asked === 1) await new Promise<void>((resolve) => (grant = resolve))
      return locks.withLock(name, work)
    }
    return { locks: { ...locks, withLock }, grant: () => grant() }
  }

  test('a lock that is never granted: the engine starts anew, names the lock, and the answer goes', async () => {
    const world = createWorld()
    const { store } = world.openTab({ ports: { locks: slowLocks().locks } })
    await store.rsvp('event-1', 'going')
    const status = latest(store.status$)
    await world.pass(79_000)
    expect(status.value).not.toHaveProperty('stalled')
    expect(mineAt(world.api, 'event-1')).toBeUndefined()
    const seen = record(store.status$)
    await world.pass(2_000)
    expect(mineAt(world.api, 'event-1')).toBe('going')
    await untilStatus(world, store, isIdle)
    expect(seen.map(({ stalled }) => stalled)).toContain('lock')
    expect(status.value).not.toHaveProperty('stalled')
  })

  test('a lock that is granted after that disturbs nothing', async () => {
    const world = createWorld()
    const { locks, grant } = slowLocks()
    const { store } = world.openTab({ ports: { locks } })
    const holding = hold(world.api, isWrite)
    await store.rsvp('event-1', 'going')
    await world.pass(81_000)
    const held = await holding.at(0)
    grant()
    await world.calm()
    expect(await now(store.status$)).toMatchObject({ work: 'pushing' })
    held.pass()
    await untilStatus(world, store, isIdle)
    expect(attempts(world.api)).toEqual(['POST 200'])
  })

  test('a device that refuses every claim for a minute is named, and everything goes on once it does not', async () => {
    const world = await startWorld()
    const { store, goOnline, api, indexedDB, clock, calm } = world
    goOnline(false)
    await store.rsvp('event-1', 'going')
    await calm()
    indexedDB.fault = { table: 'outbox', kind: 'UnknownError' }
    goOnline(true)
    const since = clock.now()
    await untilStatus(world, store, ({ stalled }) => stalled === 'storage')
    expect(clock.now() - since).toBeGreaterThanOrEqual(60_000)
    expect(await now(store.status$)).toMatchObject({ queued: 1 })
    indexedDB.fault = undefined
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('going')
    expect(await now(store.status$)).not.toHaveProperty('stalled')
  })

  test('an app that never chooses between mine and theirs: the others go on, and the request is named', async () => {
    const world = createWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store } = world.openTab({ onConflict: () => new Promise(() => {}) })
    await store.rsvp('event-1', 'going')
    const stalled = until(store.status$, (status) => status.stalled !== undefined)
    await store.rsvp('event-2', 'going')
    await world.calm()
    expect(mineAt(world.api, 'event-2')).toBe('going')
    await world.pass(81_000)
    expect((await stalled).stalled).toBe('request')
    expect(await now(store.outbox$)).toMatchObject([{ eventId: 'event-1' }])
  })

  test('a page that slept for hours in the middle of a request has not stalled', async () => {
    const world = await startWorld()
    const { store, clock, api } = world
    const status = latest(store.status$)
    api.mood = 'slow'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.state === 'sending')
    clock.advance(8 * 3_600_000)
    await untilStatus(world, store, isIdle)
    expect(status.value).not.toHaveProperty('stalled')
    expect(mineAt(api, 'event-1')).toBe('going')
  })
})

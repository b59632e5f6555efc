import { describe, expect, test } from 'vitest'
import { MAX_WAIT_MS } from '../src/model/moment.ts'
import type { Pause } from '../src/storage/database.ts'
import type { Outbox } from '../src/storage/outbox.ts'
import { createPause } from '../src/sync/pause.ts'
import { createFakeClock, createFakeLocks } from '../src/testing.ts'
import { attempts, createWorld, entryOf, errorReply, mineAt, startWorld, until } from './world.ts'

const START = 1_000_000
const SECOND = 1_000

/** The wait of one user, with a table in memory and dice that always fall high. */
function waitOf(stored?: Pause) {
  const clock = createFakeClock(START)
  const writes: (Pause | undefined)[] = []
  const state = { pause: stored }
  const outbox = {
    state$: { value: state },
    changePause: async (step: (last: Pause | undefined) => Pause | undefined) => {
      state.pause = step(state.pause)
      writes.push(state.pause)
    },
  }
  const pause = createPause(
    outbox as unknown as Outbox,
    { clock, random: () => 1 },
    { baseMs: SECOND, capMs: 300 * SECOND },
  )
  return { clock, pause, writes, state }
}

describe('the wait for the whole user', () => {
  test.each(['unknown', 'failed', 'exists', 'missing', 'accepted'])(
    'does not begin with a reply that is %s',
    async (kind) => {
      const { pause, writes } = waitOf()
      await pause.heard({ kind, retryAfterMs: 5 * SECOND })
      expect(writes).toEqual([])
      expect(pause.until(START)).toBe(0)
      expect(pause.reason()).toBeUndefined()
    },
  )

  test.each(['slow-down', 'signed-out'] as const)(
    'begins with %s, and is told with its reason',
    async (kind) => {
      const { pause, state } = waitOf()
      await pause.heard({ kind })
      expect(state.pause).toEqual({ key: 'pause', reason: kind, until: START + SECOND, times: 1 })
      expect(pause.until(START)).toBe(START + SECOND)
      expect(pause.reason()).toBe(kind)
    },
  )

  test('is at least as long as the server asked for', async () => {
    const { pause } = waitOf()
    await pause.heard({ kind: 'slow-down', retryAfterMs: 30 * SECOND })
    expect(pause.until(START)).toBe(START + 31 * SECOND)
  })

  test('is one wait, however many replies begin it at once', async () => {
    const { pause, writes } = waitOf()
    await pause.heard({ kind: 'slow-down' })
    await pause.heard({ kind: 'slow-down', retryAfterMs: 30 * SECOND })
    expect(writes[1]).toBe(writes[0])
  })

  test('grows with each one that follows on another', async () => {
    const { pause, clock, state } = waitOf()
    await pause.heard({ kind: 'slow-down' })
    clock.advance(SECOND)
    await pause.heard({ kind: 'slow-down' })
    expect(state.pause).toMatchObject({ until: START + 3 * SECOND, times: 2 })
    clock.advance(2 * SECOND)
    await pause.heard({ kind: 'slow-down' })
    expect(state.pause).toMatchObject({ until: START + 7 * SECOND, times: 3 })
  })

  test('counts anew for another reason', async () => {
    const { pause, state } = waitOf()
    await pause.heard({ kind: 'slow-down' })
    await pause.heard({ kind: 'signed-out' })
    expect(state.pause).toMatchObject({ reason: 'signed-out', times: 1 })
  })

  test('ends with the first request that the API takes', async () => {
    const { pause, writes } = waitOf()
    await pause.heard({ kind: 'slow-down' })
    await pause.heard({ kind: 'accepted' })
    expect([writes.length, writes[1]]).toEqual([2, undefined])
    expect(pause.reason()).toBeUndefined()
  })

  test('that lies too far away was stored by a clock that is wrong, and holds nobody', async () => {
    const wrong = { key: 'pause', reason: 'slow-down', until: START + MAX_WAIT_MS + 1, times: 4 } as const
    const { pause, state } = waitOf(wrong)
    expect(pause.until(START)).toBe(START)
    await pause.heard({ kind: 'slow-down' })
    expect(state.pause).toMatchObject({ until: START + 16 * SECOND, times: 5 })
  })
})

describe('sync(): somebody wants it sent now', () => {
  test('ends a wait that is ours', async () => {
    const { store, api, calm } = await startWorld()
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => (entry?.failures ?? 0) > 0)
    await calm()
    api.mood = 'well'
    store.sync()
    await calm()
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('ends none that the server asked for', async () => {
    const { store, api, calm, clock } = await startWorld()
    api.intercept = async () => errorReply(503, undefined, { 'retry-after': '30' })
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => (entry?.failures ?? 0) > 0)
    await calm()
    const asked = attempts(api)
    api.intercept = undefined
    store.sync()
    await calm()
    expect(attempts(api)).toEqual(asked)
    expect((await entryOf(store, 'event-1'))?.notBefore).toBe(clock.now() + 30 * SECOND)
  })

  test('does not shorten the moment in which the request of a dead tab may still arrive', async () => {
    const world = createWorld()
    const dead = world.openTab({ ports: { fetch: () => new Promise(() => {}) } })
    await dead.store.rsvp('event-1', 'going')
    await until(dead.store.outbox$, ([entry]) => entry?.lease !== undefined)
    const next = world.openTab({ ports: { locks: createFakeLocks() } }) // locks die with their tab
    await until(next.store.outbox$, ([entry]) => entry?.unheard === true)
    await world.calm()
    next.store.sync()
    await world.pass(2_999)
    expect(next.network.log).toEqual([])
    await world.pass(1)
    expect(mineAt(world.api, 'event-1')).toBe('going')
  })
})

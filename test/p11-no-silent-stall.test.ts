import { describe, expect, test } from 'vitest'
import {
  createWorld,
  hold,
  isIdle,
  isWrite,
  latest,
  now,
  record,
  startWorld,
  until,
  untilStatus,
} from './world.ts'

describe('P11 every state the user must know is data', () => {
  test('nothing to do', async () => {
    const { store, clock } = await startWorld()
    expect(await now(store.status$)).toEqual({
      network: 'online',
      work: 'idle',
      session: 'ok',
      storage: 'ready',
      persisted: undefined,
      queued: 0,
      failed: 0,
      lastSyncedAt: clock.now(),
    })
  })

  test('offline, with answers that wait: how many, since when, and when the next try is', async () => {
    const { store, goOnline, clock, pass, calm } = await startWorld()
    goOnline(false)
    const since = clock.now()
    await store.rsvp('event-1', 'going')
    await pass(5_000)
    await store.rsvp('event-2', 'going')
    await calm()
    const status = await now(store.status$)
    expect(status).toMatchObject({
      network: 'offline',
      work: 'waiting',
      queued: 2,
      failed: 0,
      oldestQueuedAt: since,
    })
    expect(status.nextAttemptAt).toBeTypeOf('number')
  })

  test('a server that does not reply: unreachable, waiting, and why stands at the answer', async () => {
    const { store, api, clock } = await startWorld()
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    const status = await until(
      store.status$,
      ({ network, work }) => network === 'unreachable' && work === 'waiting',
    )
    expect(status.nextAttemptAt).toBeGreaterThan(clock.now())
    expect((await now(store.outbox$))[0]?.failure).toMatchObject({ kind: 'no-reply' })
    expect((await now(store.event$('event-1')))?.myRsvp).toMatchObject({
      sync: 'queued',
      failure: { kind: 'no-reply' },
    })
  })

  test('and back: online again as soon as a reply comes', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.mood = 'down'
    await store.rsvp('event-1', 'going')
    await until(store.status$, ({ network }) => network === 'unreachable')
    api.mood = 'well'
    expect(await untilStatus(world, store, isIdle)).toMatchObject({ network: 'online', queued: 0 })
  })

  test('a request on its way: pushing', async () => {
    const world = await startWorld()
    const { store, api } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const held = await holding.at(0)
    expect(await until(store.status$, ({ work }) => work === 'pushing')).toMatchObject({ queued: 1 })
    expect((await now(store.event$('event-1')))?.myRsvp.sync).toBe('sending')
    held.pass()
    await untilStatus(world, store, isIdle)
  })

  test('a pull on its way: pulling', async () => {
    const { store, api } = await startWorld()
    const holding = hold(api)
    const pulling = store.pullEvents()
    const held = await holding.at(0)
    await until(store.status$, ({ work }) => work === 'pulling')
    held.pass()
    await pulling
    await until(store.status$, ({ work }) => work === 'idle')
  })

  test('a pause that the server asked for: paused, and until when', async () => {
    const { store, api, clock } = await startWorld()
    api.mood = 'rate-limited'
    api.retryAfter = '30'
    await store.rsvp('event-1', 'going')
    const status = await until(store.status$, ({ work }) => work === 'paused')
    expect(status.nextAttemptAt).toBeGreaterThanOrEqual(clock.now() + 30_000)
    expect(status.session).toBe('ok')
    await until(store.outbox$, ([entry]) => entry?.failure?.kind === 'rate-limited')
  })

  test('a refused answer: failed, counted apart, with the reason in the outbox and at the event', async () => {
    const { store, api } = await startWorld()
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    const status = await until(store.status$, ({ failed }) => failed === 1)
    expect(status).toMatchObject({ queued: 0, failed: 1 })
    expect(status).not.toHaveProperty('oldestQueuedAt')
    expect((await now(store.outbox$))[0]).toMatchObject({ state: 'failed', failure: { kind: 'forbidden' } })
  })

  test.each([
    [true, true],
    [false, false],
  ])('whether the browser promised to keep the data (%s)', async (granted, expected) => {
    let asked = 0
    const world = createWorld()
    const { store } = world.openTab({
      ports: {
        persist: async () => {
          asked += 1
          return granted
        },
      },
    })
    await store.pullEvents()
    expect(asked).toBe(0)
    await store.rsvp('event-1', 'going')
    await store.rsvp('event-2', 'going')
    expect(await until(store.status$, ({ persisted }) => persisted !== undefined)).toMatchObject({
      persisted: expected,
    })
    expect(asked).toBe(1)
  })

  test('a browser that fails to say so changes nothing', async () => {
    const world = createWorld()
    const { store } = world.openTab({ ports: { persist: () => Promise.reject(new Error('no')) } })
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect((await now(store.status$)).persisted).toBeUndefined()
  })

  test('a newer version of the app took the database over: outdated, and nothing is written under its schema', async () => {
    const { store, indexedDB, name, calm } = await startWorld()
    const status = latest(store.status$)
    const upgrade = indexedDB.openUnseen
    expect(upgrade).toBeTypeOf('function')
    const newer = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(`${name}/ada`, 990) as unknown as IDBOpenDBRequest
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(request.error))
    })
    await calm()
    expect(status.value.storage).toBe('outdated')
    await expect(store.rsvp('event-1', 'going')).rejects.toMatchObject({ code: 'storage-outdated' })
    newer.close()
  })

  test('outdated it stays, though a write that was under way then ends well', async () => {
    const { world, store, goOnline, calm } = await startWorld()
    goOnline(false)
    await calm()
    const status = latest(store.status$)
    const tap = store.rsvp('event-1', 'going')
    await expect.poll(() => world.indexedDB.isBusy).toBe(true)
    world.indexedDB.open(`${world.name}/ada`, 990)
    await tap
    await calm()
    expect(status.value.storage).toBe('outdated')
  })

  test('a database that an older tab still holds is found outdated at opening too', async () => {
    const { store, indexedDB, name, openTab } = await startWorld()
    await store.close()
    const newer = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open(`${name}/ada`, 990) as unknown as IDBOpenDBRequest
      request.addEventListener('success', () => resolve(request.result))
      request.addEventListener('error', () => reject(request.error))
    })
    newer.close()
    const next = openTab()
    await expect(next.store.rsvp('event-1', 'going')).rejects.toMatchObject({ code: 'storage-outdated' })
    expect((await now(next.store.status$)).storage).toBe('outdated')
  })

  test('status$ says something at the latest after a second, also where the database does not open', async () => {
    const world = createWorld()
    const stuck = new Proxy(world.indexedDB, {
      get: (target, key) => (key === 'open' ? () => new EventTarget() : Reflect.get(target, key, target)),
    }) as unknown as IDBFactory
    const { store } = world.openTab({ ports: { indexedDB: { ...world.idb, indexedDB: stuck } } })
    const seen = record(store.status$)
    await world.pass(1_000)
    expect(seen.at(-1)).toMatchObject({ storage: 'opening' })
  })

  test('a database that cannot be opened is told, every tap rejects, and it is tried again', async () => {
    const world = createWorld()
    let [broken, opens] = [true, 0]
    const open = world.indexedDB.open.bind(world.indexedDB)
    world.indexedDB.open = (name: string, version?: number) => {
      opens += 1
      if (opens > 100) return new EventTarget() as never // a hot loop would never give the thread back
      if (broken) throw new DOMException('not here', 'SecurityError')
      return version === undefined ? open(name) : open(name, version)
    }
    const { store } = world.openTab()
    const views = record(store.event$('event-1'))
    await expect(store.rsvp('event-1', 'going')).rejects.toMatchObject({ code: 'storage-unavailable' })
    expect((await now(store.status$)).storage).toBe('unavailable')
    expect(views).toContain(undefined)
    expect(opens).toBeLessThan(20)
    broken = false
    await world.pass(10_000)
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect((await now(store.status$)).storage).toBe('ready')
  })

  test('an entry that should move and does not is named: every queued answer has a next try or a state that says why', async () => {
    for (const mood of [
      'down',
      'server-error',
      'rate-limited',
      'signed-out',
      'captive-portal',
      'lost-reply',
    ] as const) {
      const { store, api, pass, calm } = await startWorld()
      api.mood = mood
      await store.rsvp('event-1', 'going')
      await pass(10_000)
      await calm()
      const status = await now(store.status$)
      const [entry] = await now(store.outbox$)
      expect(status.queued, mood).toBe(1)
      expect(status.nextAttemptAt, mood).toBeTypeOf('number')
      expect(entry?.failure, mood).toBeDefined()
      await store.close()
    }
  })

  test('equal states are emitted once', async () => {
    const world = await startWorld()
    const { store } = world
    const seen = record(store.status$)
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    const texts = seen.map((status) => JSON.stringify(status))
    expect(texts.filter((text, index) => text === texts[index - 1])).toEqual([])
  })
})

describe('P11 keeping what is watched fresh', () => {
  test('what is watched is pulled every so often while visible and online, and nothing else is', async () => {
    const world = createWorld()
    const { store, lifecycle, connectivity } = world.openTab({ pull: { everyMs: 60_000 } })
    const pulls = () => world.api.requests().map(({ path }) => path.replace('/api/v1/events', ''))
    await world.pass(180_000)
    expect(pulls()).toEqual([])
    const watching = store.event$('event-1').subscribe()
    await world.pass(60_000)
    expect(pulls()).toContain('/event-1')
    const before = pulls().length
    lifecycle.set('hidden')
    await world.pass(180_000)
    expect(pulls()).toHaveLength(before)
    lifecycle.set('visible')
    connectivity.set(false)
    await world.pass(180_000)
    expect(pulls()).toHaveLength(before)
    connectivity.set(true)
    watching.unsubscribe()
    await world.pass(180_000)
    expect(pulls()).toHaveLength(before)
  })

  test('sync() pulls what is watched now', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    const list = latest(store.events$({ limit: 5 }))
    await until(store.events$({ limit: 5 }), () => true)
    store.sync()
    await world.calm()
    expect(list.value).toHaveLength(5)
  })
})

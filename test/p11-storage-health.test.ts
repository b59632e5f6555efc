import { describe, expect, test, vi } from 'vitest'
import type { SyncStatus } from '../src/index.ts'
import { createFakeWitness } from '../src/testing.ts'
import { platform } from './platform.ts'
import {
  asked,
  createWorld,
  holdWrites,
  isIdle,
  latest,
  mineAt,
  now,
  record,
  requested,
  seenAs,
  startWorld,
  until,
  untilStatus,
  type World,
  written,
} from './world.ts'

describe('P1 a device that fails for a moment', () => {
  test.each(['UnknownError', 'at-commit'] as const)(
    'a write that meets %s is tried once more, on a fresh connection, and the tap never knows',
    async (kind) => {
      const { store, goOnline, indexedDB, rows, calm } = await startWorld()
      goOnline(false)
      await calm()
      const opened = indexedDB.opened
      indexedDB.fault = { table: 'outbox', kind, times: 1 }
      await store.rsvp('event-1', 'going')
      expect(await rows('outbox')).toHaveLength(1)
      expect(indexedDB.opened).toBeGreaterThan(opened)
      expect((await now(store.status$)).storage).toBe('ready')
    },
  )

  test('no room: what can be pulled again makes room, my answers stay', async () => {
    const world = await startWorld()
    const { store, goOnline, indexedDB, rows, api, clock, calm } = world
    for (const status of ['going', 'interested'] as const) api.answerAs('bob', 'event-1', status)
    await store.pullAttendees('event-1')
    const past = new Date(clock.now() - 1).toISOString()
    for (const eventId of ['over', 'over-but-mine'])
      await store.merge({ events: [{ eventId, startTime: past }] })
    goOnline(false)
    await store.rsvp('over-but-mine', 'going')
    await store.rsvp('event-2', 'going')
    await calm()
    expect((await rows('users')).length).toBeGreaterThan(0)
    indexedDB.fault = { table: 'outbox', kind: 'QuotaExceededError', times: 1 }
    await store.rsvp('event-1', 'going')
    expect(await rows('outbox')).toHaveLength(3)
    expect(await rows('users')).toEqual([])
    expect(await rows('responses')).toEqual([])
    const kept = (await rows<{ row: { eventId: string } }>('events')).map(({ row }) => row.eventId)
    expect(kept).toContain('event-1')
    expect(kept).toContain('over-but-mine')
    expect(kept).not.toContain('over')
  })

  test('a tap that the device does not take within five seconds is rejected, and nothing of it is stored later', async () => {
    const { store, world, goOnline, clock, rows, calm } = await startWorld()
    goOnline(false)
    await calm()
    const view = latest(store.event$('event-1'))
    await until(store.event$('event-1'), (one) => one !== undefined)
    const before = seenAs(view.value)
    const release = await holdWrites(world)
    const tap = store.rsvp('event-1', 'going').catch((error: unknown) => error)
    await platform.tick()
    clock.advance(5_000)
    expect(await tap).toMatchObject({
      code: 'storage-unavailable',
      message: 'Nothing was stored: no reply in 5 s',
    })
    expect((await now(store.status$)).storage).toBe('unavailable')
    release()
    await calm()
    expect(await rows('outbox')).toEqual([])
    expect(seenAs(view.value)).toBe(before)
    await store.rsvp('event-1', 'going')
    expect(await rows('outbox')).toHaveLength(1)
    expect((await now(store.status$)).storage).toBe('ready')
  })

  test('what could not be taken for sending is tried again five seconds later, and not a minute', async () => {
    const world = await startWorld()
    const { store, goOnline, clock, api, calm, pass } = world
    goOnline(false)
    await store.rsvp('event-1', 'going')
    await calm()
    const release = await holdWrites(world)
    goOnline(true)
    clock.advance(2_000) // beyond the wait after a reconnect
    await expect.poll(clock.alarms).toContain(clock.now() + 5_000) // so long the disk has for it
    clock.advance(5_000)
    await until(store.status$, ({ storage, work }) => storage === 'unavailable' && work === 'waiting')
    release()
    await calm()
    expect(written(api)).toEqual([])
    await pass(5_000)
    expect(written(api)).toEqual(['POST going'])
  })

  test('a page that slept in the middle of a write finds it done, not given up', async () => {
    const { store, goOnline, clock, rows, calm } = await startWorld()
    goOnline(false)
    await calm()
    const tap = store.rsvp('event-1', 'going')
    clock.advance(3_600_000)
    expect(await tap).toMatchObject({ status: 'going' })
    expect(await rows('outbox')).toHaveLength(1)
  })

  test('a database that never opens is told within five seconds, and every tap says so', async () => {
    const world = createWorld()
    const indexedDB = openingBy(world, () => new EventTarget())
    const { store } = world.openTab({ ports: { indexedDB: { ...world.idb, indexedDB } } })
    const status = latest(store.status$)
    const tap = store.rsvp('event-1', 'going').catch((error: unknown) => error)
    await world.pass(5_000)
    expect(await tap).toMatchObject({
      code: 'storage-unavailable',
      message: 'Nothing was stored: no reply in 5 s',
    })
    await until(store.status$, ({ storage }) => storage === 'unavailable')
    expect(status.value.storage).toBe('unavailable')
  })

  test('an answer that was refused is not stored later, when the database opens after all', async () => {
    const world = createWorld()
    let release = () => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const indexedDB = openingBy(world, (...of) => heldUp(world.indexedDB.open(...of), held))
    const { store, goOnline } = world.openTab({ ports: { indexedDB: { ...world.idb, indexedDB } } })
    goOnline(false)
    const tap = store.rsvp('event-1', 'going').catch((error: unknown) => error)
    await world.pass(5_000)
    expect(await tap).toMatchObject({ code: 'storage-unavailable' })
    release()
    await store.rsvp('event-2', 'going')
    expect(await world.rows('outbox')).toMatchObject([{ eventId: 'event-2' }])
  })
})

/** The world's IndexedDB, which opens databases in another way. */
const openingBy = (
  { indexedDB }: Pick<World, 'indexedDB'>,
  open: (name: string, version?: number) => EventTarget,
): IDBFactory =>
  new Proxy(indexedDB, {
    get: (target, key) => (key === 'open' ? open : Reflect.get(target, key, target)),
  }) as unknown as IDBFactory

/** The request, whose success is heard of only then. */
const heldUp = (request: IDBOpenDBRequest, until: Promise<void>): IDBOpenDBRequest =>
  new Proxy(request, {
    get: (target, key) => {
      const value = Reflect.get(target, key, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
    set: (target, key, value) =>
      Reflect.set(
        target,
        key,
        key === 'onsuccess' ? (event: Event) => void until.then(() => value.call(target, event)) : value,
        target,
      ),
  })

describe('P11 data that the browser deleted', () => {
  test('the next start says how many answers were lost, and goes on with an empty database', async () => {
    const world = createWorld()
    const witness = createFakeWitness()
    const first = world.openTab({ ports: { witness } })
    await first.store.pullEvents()
    first.goOnline(false)
    await first.store.rsvp('event-1', 'going')
    await first.store.rsvp('event-2', 'going')
    await world.calm()
    await first.store.close()
    await world.indexedDB.wipe(`${world.name}/ada`)

    const next = world.openTab({ ports: { witness } })
    const status = await until(next.store.status$, ({ lostAnswers }) => lostAnswers !== undefined)
    expect(status).toMatchObject({ storage: 'lost', lostAnswers: 2, queued: 0 })
    await next.store.rsvp('event-1', 'interested')
    await untilStatus(world, next.store, isIdle)
    expect(mineAt(world.api, 'event-1')).toBe('interested')
    await next.store.close()

    const last = world.openTab({ ports: { witness } })
    await untilStatus(world, last.store, ({ storage }) => storage === 'ready')
    expect(await now(last.store.status$)).not.toHaveProperty('lostAnswers')
  })

  test('also when it is cleared under the open page', async () => {
    const world = createWorld()
    const { store, goOnline } = world.openTab({ ports: { witness: createFakeWitness() } })
    await store.pullEvents()
    goOnline(false)
    await store.rsvp('event-1', 'going')
    await world.calm()
    await world.indexedDB.wipe(`${world.name}/ada`)
    await world.pass(5_000)
    const isEmpty = ({ lostAnswers, queued }: SyncStatus) => lostAnswers !== undefined && queued === 0
    expect(await until(store.status$, isEmpty)).toMatchObject({ storage: 'lost', lostAnswers: 1 })
    await store.rsvp('event-1', 'going')
    expect(await world.rows('outbox')).toHaveLength(1)
  })

  test('what is watched is pulled anew at once', async () => {
    const world = createWorld()
    const { store } = world.openTab({ ports: { witness: createFakeWitness() } })
    await store.pullEvents()
    const list = latest(store.events$({ limit: 3 }))
    await until(store.events$({ limit: 3 }), ({ length }) => length === 3)
    const before = list.value
    await world.calm()
    await world.indexedDB.wipe(`${world.name}/ada`)
    await world.pass(5_000)
    expect(list.value.map(({ eventId }) => eventId)).toEqual(before.map(({ eventId }) => eventId))
    expect(requested(world.api)).toEqual(['GET ', 'GET ', 'GET /me/rsvps'])
  })

  test('a first start, a reload and a logout that discards are no loss', async () => {
    const world = createWorld()
    const witness = createFakeWitness()
    for (const unsent of ['keep', 'discard', 'keep'] as const) {
      const { store, goOnline } = world.openTab({ ports: { witness } })
      goOnline(false)
      await store.rsvp('event-1', 'going')
      await world.calm()
      expect(await now(store.status$)).not.toHaveProperty('lostAnswers')
      await store.logout({ unsent })
      await world.calm()
    }
  })

  test('a connection that is lost without its data is opened again, and the answers are there', async () => {
    const { store, goOnline, indexedDB, calm } = await startWorld(
      {},
      { ports: { witness: createFakeWitness() } },
    )
    goOnline(false)
    await store.rsvp('event-1', 'going')
    await calm()
    indexedDB.loseConnections()
    await calm()
    const status = await now(store.status$)
    expect(status).toMatchObject({ storage: 'ready', queued: 1 })
    expect(status).not.toHaveProperty('lostAnswers')
  })
})

describe('P6 rows on disk that this version cannot read', () => {
  const BROKEN = [
    { eventId: 'event-3', shape: 'of a later version' },
    { eventId: 'event-4', status: 'perhaps', state: 'queued', answerId: 'x', queuedAt: 1, failures: 0 },
  ]
  const GOOD = {
    eventId: 'event-1',
    status: 'going',
    state: 'queued',
    answerId: 'old',
    queuedAt: 1,
    base: null,
    failures: 0,
    floor: 0,
    notBefore: 1,
    unheard: false,
    aFieldOfALaterVersion: { kept: true },
  }

  /** Puts rows into the outbox past the store, as another version of it would have. */
  async function startWith(found: readonly object[]) {
    const world = createWorld()
    const first = world.openTab()
    await first.store.pullEvents()
    await first.store.close()
    await world.putUnheard('outbox', found)
    return { world, ...world.openTab() }
  }

  test('are counted, left alone, and stop nothing', async () => {
    const { world, store } = await startWith([...BROKEN, GOOD])
    expect(await until(store.status$, ({ queued }) => queued === 1)).toMatchObject({ unreadable: 2 })
    await untilStatus(world, store, isIdle)
    expect(await now(store.status$)).toMatchObject({ unreadable: 2, queued: 0, failed: 0 })
    expect(await now(store.outbox$)).toEqual([])
    expect(mineAt(world.api, 'event-1')).toBe('going')
    expect(await world.rows('outbox')).toEqual(BROKEN)
    expect(await now(store.events$({ myStatus: 'going' }))).toHaveLength(1)
    expect((await now(store.event$('event-3')))?.myRsvp).toEqual({ status: null, sync: 'synced' })
  })

  test('make way for a new answer to their event', async () => {
    const { world, store } = await startWith(BROKEN)
    await store.rsvp('event-3', 'interested')
    await untilStatus(world, store, isIdle)
    expect(mineAt(world.api, 'event-3')).toBe('interested')
    expect(await now(store.status$)).toMatchObject({ unreadable: 1 })
  })

  test('sync(), a merge and news of a closed event go past them', async () => {
    const { world, store } = await startWith(BROKEN)
    store.sync()
    await store.merge({
      events: [{ eventId: 'event-3', status: 'cancelled', updatedAt: '2099-01-01T00:00:00Z' }],
    })
    await world.calm()
    expect(await world.rows('outbox')).toEqual(BROKEN)
  })
})

test('P11 a database that somebody else has deleted is shown as what it is, an empty one', async () => {
  const { store, indexedDB, name } = await startWorld()
  const seen = record(store.event$('event-1'))
  await until(store.event$('event-1'), (event) => event !== undefined)
  seen.length = 0
  await asked(indexedDB.deleteDatabase(`${name}/ada`))
  await vi.waitFor(() => expect(seen).toContain(undefined))
})

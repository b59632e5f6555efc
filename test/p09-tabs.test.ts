import { expect, test, vi } from 'vitest'
import { createFakeClock, createFakeLocks } from '../src/testing.ts'
import {
  createWorld,
  errorReply,
  hold,
  holdWrites,
  isIdle,
  isWrite,
  latest,
  mineAt,
  now,
  record,
  startWorld,
  until,
  untilStatus,
  type World,
  written,
} from './world.ts'

const changes = <T>(values: readonly T[]): T[] =>
  values.filter((value, index) => index === 0 || value !== values[index - 1])

test('P9 what one tab is told, the other shows', async () => {
  const { store, goOnline, openTab } = await startWorld()
  goOnline(false)
  const other = openTab()
  other.goOnline(false)
  const view = latest(other.store.event$('event-1'))
  await until(other.store.event$('event-1'), (one) => one !== undefined)
  await store.rsvp('event-1', 'going')
  await until(other.store.event$('event-1'), (one) => one?.myRsvp.status === 'going')
  expect(view.value?.myRsvp).toEqual({ status: 'going', sync: 'queued' })
  expect((await now(other.store.status$)).queued).toBe(1)
})

test('P9 both tabs may write; both answers reach the server, each once', async () => {
  const world = await startWorld()
  const { store, openTab, api } = world
  const other = openTab()
  await Promise.all([store.rsvp('event-1', 'going'), other.store.rsvp('event-2', 'interested')])
  await untilStatus(world, store, isIdle)
  await untilStatus(world, other.store, isIdle)
  expect([mineAt(api, 'event-1'), mineAt(api, 'event-2')]).toEqual(['going', 'interested'])
  expect(written(api)).toHaveLength(2)
})

test('P9 two tabs that answer the same event: the later answer wins, in both tabs and on the server', async () => {
  const world = await startWorld()
  const { store, openTab, api } = world
  const other = openTab()
  await until(other.store.event$('event-1'), (view) => view !== undefined)
  const holding = hold(api, isWrite)
  await store.rsvp('event-1', 'going')
  const first = await holding.at(0)
  await other.store.rsvp('event-1', 'not_going')
  first.pass()
  ;(await holding.at(1)).pass()
  await untilStatus(world, store, isIdle)
  await untilStatus(world, other.store, isIdle)
  expect(written(api)).toEqual(['POST going', 'PUT not_going'])
  for (const tab of [store, other.store])
    expect((await now(tab.event$('event-1')))?.myRsvp).toEqual({ status: 'not_going', sync: 'synced' })
})

test('P9 any tab may push: the one that has a network sends what the other one stored', async () => {
  const world = await startWorld()
  const { store, goOnline, openTab, api } = world
  goOnline(false)
  const other = openTab()
  await until(other.store.event$('event-1'), (view) => view !== undefined)
  await store.rsvp('event-1', 'going')
  await untilStatus(world, other.store, isIdle)
  expect(mineAt(api, 'event-1')).toBe('going')
  await until(store.outbox$, (entries) => entries.length === 0)
  expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
})

test('P9 an observer in the other tab sees no step back either', async () => {
  const world = await startWorld()
  const { store, openTab } = world
  const other = openTab()
  const seen = record(other.store.event$('event-1'))
  await until(other.store.event$('event-1'), (view) => view !== undefined)
  for (const status of ['going', 'interested', 'not_going'] as const) {
    await store.rsvp('event-1', status)
    await untilStatus(world, store, isIdle)
  }
  await untilStatus(world, other.store, isIdle)
  const base = seen[0]
  expect(changes(seen.map((view) => view?.myRsvp.status ?? null))).toEqual([
    null,
    'going',
    'interested',
    'not_going',
  ])
  for (const view of seen)
    expect((view?.rsvpCount ?? 0) - Number(view?.myRsvp.status === 'going')).toBe(base?.rsvpCount)
})

test('P9 a dead tab blocks nobody’s writes, and holds its own answer no longer than the lease', async () => {
  const world = createWorld()
  const dead = world.openTab({ ports: { clock: createFakeClock(world.clock.now()) } })
  const holding = hold(world.api, isWrite)
  await dead.store.rsvp('event-1', 'going')
  await holding.at(0)
  const alive = world.openTab()
  await alive.store.rsvp('event-2', 'going')
  ;(await holding.at(1)).pass()
  await until(alive.store.outbox$, (entries) => entries.length === 1)
  expect(mineAt(world.api, 'event-2')).toBe('going')

  await alive.store.rsvp('event-1', 'not_going')
  expect((await now(alive.store.outbox$))[0]).toMatchObject({ status: 'not_going' })
  await world.pass(29_000)
  expect(holding.held).toHaveLength(2)
  await world.pass(1_000)
  ;(await holding.at(2)).pass()
  await untilStatus(world, alive.store, isIdle)
  expect(mineAt(world.api, 'event-1')).toBe('not_going')
})

test('P9 a frozen tab starts nothing and holds no connection; when it wakes it goes on and shows the latest', async () => {
  const world = await startWorld()
  const { store, lifecycle, openTab, api, calm, pass } = world
  const seen = latest(store.event$('event-1'))
  await calm()
  lifecycle.set('frozen')
  const other = openTab()
  other.goOnline(false)
  await until(other.store.event$('event-1'), (view) => view !== undefined)
  const before = world.indexedDB.transactions.length
  await other.store.rsvp('event-1', 'going')
  await pass(10_000)
  expect(seen.value?.myRsvp.status).toBe(null)
  expect(api.writes()).toEqual([])
  expect(world.indexedDB.transactions.length).toBeGreaterThan(before)
  lifecycle.set('visible')
  await untilStatus(world, store, isIdle)
  expect(mineAt(api, 'event-1')).toBe('going')
  expect(seen.value?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
})

test('P9 a frozen tab lets go of its connection at once, and takes it up again when it wakes', async () => {
  const { store, lifecycle, indexedDB, calm } = await startWorld()
  const view = latest(store.event$('event-1'))
  await calm()
  expect(indexedDB.connections).toBe(1)
  lifecycle.set('frozen')
  await calm()
  expect(indexedDB.connections).toBe(0)
  lifecycle.set('visible')
  await calm()
  expect(indexedDB.connections).toBe(1)
  expect(view.value?.eventId).toBe('event-1')
})

/** A tab that stands still from the moment it is frozen until it is woken. */
async function openSleeper({ openTab, clock }: World) {
  let resume = () => {}
  const woken = new Promise<void>((resolve) => {
    resume = resolve
  })
  const tab = openTab({ ports: { clock: { ...clock, pause: () => woken } } }) // a frozen page has no task
  tab.goOnline(false)
  await until(tab.store.status$, ({ storage }) => storage === 'ready')
  function wake(): void {
    tab.lifecycle.set('visible')
    resume()
  }
  return { ...tab, freeze: () => tab.lifecycle.set('frozen'), wake }
}

test('P9 a tab that freezes in the middle of a write takes it back, and writes when it wakes', async () => {
  const world = createWorld()
  const { store, freeze, wake } = await openSleeper(world)
  const release = await holdWrites(world)
  const answered = store.rsvp('event-1', 'going')
  await vi.waitFor(() =>
    expect(world.indexedDB.transactions).toContainEqual(
      expect.objectContaining({ mode: 'readwrite', done: false }),
    ),
  )
  freeze()
  release()
  expect(await world.rows('outbox')).toEqual([]) // read past the store, after every write that had begun
  expect(world.indexedDB.connections).toBe(0)

  wake()
  await answered
  expect(await world.rows('outbox')).toHaveLength(1)
})

test('P9 an answer given in the very moment in which its tab freezes is stored when it wakes', async () => {
  const world = createWorld()
  const { store, freeze, wake } = await openSleeper(world)
  const answered = store.rsvp('event-1', 'going')
  freeze()
  expect(await world.rows('outbox')).toEqual([])
  wake()
  await answered
  expect(await world.rows('outbox')).toMatchObject([{ status: 'going' }])
})

test('P9 a discard that its tab slept through takes no answer that was given since, in another tab', async () => {
  const world = await startWorld()
  const { store, goOnline, clock } = world
  goOnline(false)
  await store.rsvp('event-1', 'going')
  const sleeper = await openSleeper(world)
  const discarded = sleeper.store.discard('event-1')
  sleeper.freeze()
  clock.advance(1_000)
  await store.rsvp('event-1', 'not_going')
  sleeper.wake()
  await discarded
  expect(await world.rows('outbox')).toMatchObject([{ status: 'not_going', state: 'queued' }])
  await sleeper.store.discard('event-1')
  expect(await world.rows('outbox')).toEqual([])
})

test('P9 a hidden page that may be frozen at any moment still settles a reply, and then holds no connection again', async () => {
  const world = await startWorld()
  const { store, lifecycle, indexedDB, api, calm, rows } = world
  const holding = hold(api, isWrite)
  await store.rsvp('event-1', 'going')
  const sent = await holding.at(0)
  lifecycle.set('frozen')
  await calm()
  expect(await rows('outbox')).toHaveLength(1)
  sent.pass()
  await calm()
  expect(await rows('outbox')).toEqual([])
  expect(indexedDB.connections).toBe(0)
})

test('P9 a tab that freezes while an answer waits sends nothing until it wakes', async () => {
  const world = await startWorld()
  const { store, lifecycle, api, pass } = world
  api.mood = 'down'
  await store.rsvp('event-1', 'going')
  await until(store.outbox$, ([entry]) => (entry?.failures ?? 0) > 0)
  api.mood = 'well'
  lifecycle.set('frozen')
  const before = api.requests().length
  await pass(60_000)
  expect(api.requests()).toHaveLength(before)
  lifecycle.set('visible')
  await untilStatus(world, store, isIdle)
  expect(mineAt(api, 'event-1')).toBe('going')
})

test('P9 a hidden tab still sends', async () => {
  const world = await startWorld()
  const { store, lifecycle, api } = world
  lifecycle.set('hidden')
  await store.rsvp('event-1', 'going')
  await untilStatus(world, store, isIdle)
  expect(mineAt(api, 'event-1')).toBe('going')
})

test('P9 a refusal that one tab heard is shown in the other', async () => {
  const { store, openTab, api } = await startWorld()
  const other = openTab()
  api.intercept = async (request, next) => (isWrite(request) ? errorReply(403, 400300) : next(request))
  await store.rsvp('event-1', 'going')
  const [entry] = await until(other.store.outbox$, ([one]) => one?.state === 'failed')
  expect(entry).toMatchObject({ failure: { kind: 'forbidden' } })
  await until(other.store.event$('event-1'), (view) => view?.myRsvp.sync === 'failed')
})

test('P9 rows that one tab pulls appear in the other', async () => {
  const world = createWorld()
  const [one, other] = [world.openTab(), world.openTab()]
  const list = latest(other.store.events$())
  await until(other.store.events$(), () => true)
  await one.store.pullEvents()
  await until(other.store.events$(), (all) => all.length > 3)
  expect(list.value.map(({ eventId }) => eventId)).toContain('event-1')
})

test('P9 a tab that deletes the data at logout does not break the other one', async () => {
  const world = await startWorld()
  const { store, openTab } = world
  const other = openTab()
  await until(other.store.event$('event-1'), (view) => view !== undefined)
  await store.logout({ unsent: 'discard' })
  await world.calm()
  const view = latest(other.store.event$('event-1'))
  await world.pass(5_000)
  expect(view.value).toBeUndefined()
  await other.store.rsvp('event-1', 'going')
  await untilStatus(world, other.store, isIdle)
  expect(mineAt(world.api, 'event-1')).toBe('going')
  expect(await now(other.store.status$)).toMatchObject({ storage: 'ready' })
})

test('P9 closing a tab in the middle of a request hands the answer to the other at once, not after the lease', async () => {
  const world = await startWorld()
  const { store, openTab, api } = world
  const holding = hold(api, isWrite)
  await store.rsvp('event-1', 'going')
  await holding.at(0)
  const other = openTab()
  await until(other.store.outbox$, ([entry]) => entry?.state === 'sending')
  await store.close()
  holding.open()
  const start = world.clock.now()
  await untilStatus(world, other.store, isIdle)
  expect(mineAt(api, 'event-1')).toBe('going')
  expect(world.clock.now() - start).toBeLessThan(5_000)
})

test('P9 tabs whose random numbers are the same do not take each other for themselves', async () => {
  const world = createWorld({ random: () => 0 })
  const [one, other] = [world.openTab(), world.openTab()]
  one.goOnline(false)
  other.goOnline(false)
  const older = await one.store.rsvp('event-1', 'going')
  const newer = await other.store.rsvp('event-1', 'not_going')
  one.goOnline(true)
  other.goOnline(true)
  await untilStatus(world, one.store, isIdle)
  expect((await older.settled).kind).toBe('superseded')
  expect((await newer.settled).kind).toBe('accepted')
})

test('P9 a tab that died with a request on its way does not make the next one wait for its lease', async () => {
  const world = createWorld()
  const dead = world.openTab({ ports: { fetch: () => new Promise(() => {}) } })
  await dead.store.rsvp('event-1', 'going')
  await until(dead.store.outbox$, ([entry]) => entry?.lease !== undefined)

  const since = world.clock.now()
  const next = world.openTab({ ports: { locks: createFakeLocks() } }) // locks die with their tab
  await untilStatus(world, next.store, isIdle)
  expect(world.clock.now() - since).toBeLessThan(5_000)
  expect(mineAt(world.api, 'event-1')).toBe('going')
  expect(next.network.log.map((line) => line.split(' ')[0])).toEqual(['GET', 'POST'])
})

import { describe, expect, test } from 'vitest'
import { createWorld, isIdle, mineAt, now, startWorld, until, untilStatus } from './world.ts'

describe('P7 an answer goes out only under the user who gave it', () => {
  test('each user has a database of their own', async () => {
    const world = createWorld()
    const [ada, bob] = [world.openTab(), world.openTab({ userId: 'bob' })]
    ada.goOnline(false)
    bob.goOnline(false)
    await ada.store.rsvp('event-1', 'going')
    await bob.store.rsvp('event-2', 'interested')
    const names = (await world.indexedDB.databases()).map(({ name }) => name)
    expect(names.sort()).toEqual([`${world.name}/ada`, `${world.name}/bob`])
    expect(await world.rows('outbox', 'ada')).toMatchObject([{ eventId: 'event-1' }])
    expect(await world.rows('outbox', 'bob')).toMatchObject([{ eventId: 'event-2' }])
  })

  test.each([
    ['a/b', 'c', 'a', 'b/c'],
    ['x', 'a b', 'x', 'a%20b'],
    ['x', 'É', 'x', 'e'],
  ])('no two pairs share a database: (%s, %s) and (%s, %s)', async (name, userId, otherName, otherUser) => {
    const world = createWorld()
    const one = world.openTab({ name, userId })
    const other = world.openTab({ name: otherName, userId: otherUser })
    one.goOnline(false)
    other.goOnline(false)
    await one.store.rsvp('event-1', 'going')
    expect(await now(other.store.outbox$)).toEqual([])
    expect(await world.indexedDB.databases()).toHaveLength(2)
  })

  test('what one user left unsent is not sent when another signs in, and goes when the first is back', async () => {
    const world = createWorld()
    const { api } = world
    const ada = world.openTab()
    ada.goOnline(false)
    await ada.store.rsvp('event-1', 'going')
    expect(await ada.store.logout()).toEqual({ unsent: 1 })

    const bob = world.openTab({ userId: 'bob' })
    await bob.store.pullEvents()
    await bob.store.rsvp('event-2', 'going')
    await untilStatus(world, bob.store, isIdle)
    expect(api.writes().map(({ userId, eventId }) => `${userId} ${eventId}`)).toEqual(['bob event-2'])
    expect(await now(bob.store.event$('event-1'))).toMatchObject({ myRsvp: { status: null } })
    await bob.store.logout()

    const back = world.openTab()
    await untilStatus(world, back.store, isIdle)
    expect(mineAt(api, 'event-1', 'ada')).toBe('going')
    expect(mineAt(api, 'event-1', 'bob')).toBeUndefined()
  })

  test('a token that belongs to somebody else settles nothing', async () => {
    const world = createWorld()
    const { store } = world.openTab({ getToken: () => world.api.tokenFor('bob') })
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.failure !== undefined)
    expect(await now(store.outbox$)).toMatchObject([{ status: 'going', state: 'queued' }])
  })
})

describe('P7 leaving', () => {
  test('logout keeps what is unsent unless told otherwise, and says how much it is', async () => {
    const { store, goOnline, rows } = await startWorld()
    goOnline(false)
    await store.rsvp('event-1', 'going')
    await store.rsvp('event-2', 'going')
    expect(await store.logout()).toEqual({ unsent: 2 })
    expect(await rows('outbox')).toHaveLength(2)
  })

  test('logout with discard leaves nothing of this user on the device', async () => {
    const { store, goOnline, indexedDB } = await startWorld()
    goOnline(false)
    await store.rsvp('event-1', 'going')
    expect(await store.logout({ unsent: 'discard' })).toEqual({ unsent: 1 })
    expect(await indexedDB.databases()).toEqual([])
  })

  test('logout with send first brings out what it can', async () => {
    const { store, api } = await startWorld()
    await store.rsvp('event-1', 'going')
    await store.rsvp('event-2', 'going')
    expect(await store.logout({ unsent: 'send' })).toEqual({ unsent: 0 })
    expect(api.writes()).toHaveLength(2)
  })

  test('logout with send does not wait for a server that is silent longer than one request may take', async () => {
    const { store, api, pass } = await startWorld()
    api.intercept = () => new Promise(() => {})
    await store.rsvp('event-1', 'going')
    const leaving = store.logout({ unsent: 'send' })
    await pass(20_000)
    expect(await leaving).toEqual({ unsent: 1 })
  })

  test('logout with send while offline does not wait at all', async () => {
    const { store, goOnline } = await startWorld()
    goOnline(false)
    await store.rsvp('event-1', 'going')
    expect(await store.logout({ unsent: 'send' })).toEqual({ unsent: 1 })
  })

  test('after logout the store is closed: every verb says so, every observable has completed', async () => {
    const { store } = await startWorld()
    let completed = 0
    const count = { complete: () => (completed += 1) }
    store.event$('event-1').subscribe(count)
    store.events$().subscribe(count)
    store.attendees$('event-1').subscribe(count)
    store.outbox$.subscribe(count)
    store.status$.subscribe(count)
    await store.logout()
    expect(completed).toBe(5)
    const closed = { code: 'closed' }
    await expect(store.rsvp('event-1', 'going')).rejects.toMatchObject(closed)
    await expect(store.settled('event-1')).rejects.toMatchObject(closed)
    await expect(store.retry('event-1')).rejects.toMatchObject(closed)
    await expect(store.discard('event-1')).rejects.toMatchObject(closed)
    await expect(store.pullEvents()).rejects.toMatchObject(closed)
    await expect(store.pullEvent('event-1')).rejects.toMatchObject(closed)
    await expect(store.pullMyRsvps()).rejects.toMatchObject(closed)
    await expect(store.pullAttendees('event-1')).rejects.toMatchObject(closed)
    await expect(store.merge({ events: [] })).rejects.toMatchObject(closed)
    await expect(store.logout()).rejects.toMatchObject(closed)
    await store.close()
  })

  test('the store can be closed by `await using`', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    await store[Symbol.asyncDispose]()
    await expect(store.rsvp('event-1', 'going')).rejects.toMatchObject({ code: 'closed' })
  })
})

test('P7 logout with send tries once more what has failed to go before', async () => {
  const world = createWorld()
  const { store } = world.openTab()
  world.api.mood = 'server-error'
  await store.rsvp('event-1', 'going')
  await until(store.outbox$, ([entry]) => entry?.failure !== undefined)
  world.api.mood = 'well'
  expect(await store.logout({ unsent: 'send' })).toEqual({ unsent: 0 })
  expect(mineAt(world.api, 'event-1')).toBe('going')
})

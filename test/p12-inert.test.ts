import { describe, expect, test } from 'vitest'
import { createRsvpStore } from '../src/index.ts'
import { createFakeClock } from '../src/testing.ts'
import { createWorld, latest, now, record } from './world.ts'

/** A server that renders: Node, without an IndexedDB anywhere. */
function onServer() {
  const touched: string[] = []
  const touch = (name: string) => () => {
    touched.push(name)
    throw new Error(`${name} was touched`)
  }
  const clock = createFakeClock()
  const store = createRsvpStore({
    userId: 'ada',
    baseUrl: 'https://api.test',
    getToken: touch('getToken'),
    ports: {
      clock,
      fetch: touch('fetch') as never,
      indexedDB: undefined,
      persist: () => Promise.reject(new Error('not here')),
    },
  })
  return { store, touched, clock }
}

describe('P12 construction is inert', () => {
  test('constructing without an IndexedDB asks nobody for anything', async () => {
    const { touched, clock } = onServer()
    expect(touched).toEqual([])
    expect(clock.alarms()).toEqual([])
  })

  test('status$ says unavailable', async () => {
    const { store } = onServer()
    expect(await now(store.status$)).toMatchObject({
      storage: 'unavailable',
      work: 'idle',
      queued: 0,
      failed: 0,
    })
  })

  test('event$ emits undefined, lists are empty, once', async () => {
    const { store } = onServer()
    const seen = [
      record(store.event$('event-1')),
      record(store.events$()),
      record(store.attendees$('event-1')),
    ]
    expect(await now(store.event$('event-1'))).toBeUndefined()
    expect(await now(store.events$())).toEqual([])
    expect(await now(store.attendees$('event-1'))).toEqual([])
    expect(await now(store.outbox$)).toEqual([])
    expect(seen).toEqual([[undefined], [[]], [[]]])
  })

  test('a tap rejects with storage-unavailable and shows nothing afterwards', async () => {
    const { store, touched } = onServer()
    const view = latest(store.event$('event-1'))
    await expect(store.rsvp('event-1', 'going')).rejects.toMatchObject({ code: 'storage-unavailable' })
    expect(view.value).toBeUndefined()
    expect(touched).toEqual([])
  })

  test('every other verb rejects with storage-unavailable, and close() works', async () => {
    const { store } = onServer()
    const unavailable = { code: 'storage-unavailable' }
    await expect(store.pullEvents()).rejects.toMatchObject(unavailable)
    await expect(store.merge({ events: [{ eventId: 'e' }] })).rejects.toMatchObject(unavailable)
    await expect(store.retry('event-1')).rejects.toMatchObject(unavailable)
    await expect(store.discard('event-1')).rejects.toMatchObject(unavailable)
    await expect(store.settled('event-1')).rejects.toMatchObject(unavailable)
    store.sync()
    await store.close()
  })

  test('a bare IDBFactory without an IDBKeyRange anywhere counts as none', async () => {
    const world = createWorld()
    const { store } = world.openTab({ ports: { indexedDB: world.indexedDB as unknown as IDBFactory } })
    expect((await now(store.status$)).storage).toBe('unavailable')
  })

  test('with an IndexedDB, nothing is sent and no token is asked for until there is something to send', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    await now(store.status$)
    await world.pass(600_000)
    expect(world.api.requests()).toEqual([])
    expect(world.tokens).toEqual([])
  })
})

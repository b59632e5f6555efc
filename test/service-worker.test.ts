import { describe, expect, test } from 'vitest'
import { attachRsvpSync, type RsvpSyncOptions, requestRsvpSync } from '../src/service-worker.ts'
import { createFakeConnectivity, createFakeLifecycle, createFakeLocks } from '../src/testing.ts'
import { createWorld, entryOf, errorReply, mineAt, now, type World, written } from './world.ts'

/** What the browser keeps of a service worker: its listeners. It runs only while an event is under way. */
function createWorker() {
  const listeners: ((event: Event) => void)[] = []
  return {
    addEventListener: (_: string, listener: (event: Event) => void) => void listeners.push(listener),
    /** The browser gives it a sync event; resolves with how that ended. */
    async sync(tag: string, lastChance = false): Promise<'well' | string> {
      const works: Promise<unknown>[] = []
      const event = { tag, lastChance, waitUntil: (work: Promise<unknown>) => void works.push(work) }
      for (const listener of listeners) listener(event as unknown as Event)
      if (works.length === 0) return 'not asked'
      return Promise.all(works).then(
        () => 'well',
        (error: Error) => error.message,
      )
    },
  }
}

/** The options that an app would give its worker, in this world. */
const optionsIn = ({ api, idb, clock, random, name }: World): RsvpSyncOptions => ({
  baseUrl: 'http://api.test',
  name,
  getToken: ({ userId }) => api.tokenFor(userId),
  ports: {
    fetch: api.fetch,
    clock,
    random,
    indexedDB: idb,
    locks: createFakeLocks(),
    connectivity: createFakeConnectivity(),
    lifecycle: createFakeLifecycle(),
    persist: undefined,
  },
})

/** A phone with no signal on which an answer was given and every page was closed. */
async function afterATapInATunnel(changes: Partial<RsvpSyncOptions> = {}) {
  const world = createWorld()
  const { store, goOnline } = world.openTab()
  goOnline(false)
  await store.rsvp('event-1', 'going')
  await store.close()
  const worker = createWorker()
  attachRsvpSync(worker, { ...optionsIn(world), ...changes })
  const tag = `${world.name}/ada`
  /** Gives the event, and lets time pass until it has ended. */
  const sync = async (lastChance = false) => {
    let how: string | undefined
    worker.sync(tag, lastChance).then((ended) => {
      how = ended
    })
    for (let seconds = 0; how === undefined && seconds < 120; seconds += 1) await world.pass(1_000)
    return how
  }
  return { ...world, world, worker, sync }
}

describe('a sync event', () => {
  test('sends what waits, though no page is open', async () => {
    const { api, sync, rows } = await afterATapInATunnel()
    expect(await sync()).toBe('well')
    expect(mineAt(api, 'event-1')).toBe('going')
    expect(await rows('outbox')).toEqual([])
  })

  test('fails while an answer waits, so that the browser tries again', async () => {
    const { api, sync } = await afterATapInATunnel()
    api.mood = 'down'
    expect(await sync()).toBe('1 answers wait for another try.')
    api.mood = 'well'
    expect(await sync()).toBe('well')
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('at the last chance keeps the answer for the next page', async () => {
    const { api, world, sync } = await afterATapInATunnel()
    api.mood = 'down'
    expect(await sync(true)).toBe('well')
    api.mood = 'well'
    world.openTab()
    await world.pass(400_000)
    expect(written(api)).toEqual(['POST going'])
  })

  test('does not ask again for an answer that the server has refused for good', async () => {
    const { api, world, sync } = await afterATapInATunnel()
    api.intercept = async () => errorReply(403, 400300)
    expect(await sync()).toBe('well')
    expect(await entryOf(world.openTab().store, 'event-1')).toMatchObject({ state: 'failed' })
  })

  test('of a user who is signed out sends nothing, keeps the answer and fails', async () => {
    const { api, sync, rows } = await afterATapInATunnel({ getToken: () => '' })
    expect(await sync()).toBe('1 answers wait for another try.')
    expect(api.requests()).toEqual([])
    expect(await rows('outbox')).toHaveLength(1)
  })

  test('asks for the token of the user whose answers they are', async () => {
    const asked: string[] = []
    const { api, sync } = await afterATapInATunnel({
      getToken({ userId }) {
        asked.push(userId)
        return api.tokenFor(userId)
      },
    })
    await sync()
    expect(new Set(asked)).toEqual(new Set(['ada']))
  })

  test('of the app’s own is left to the app', async () => {
    const { worker } = await afterATapInATunnel()
    expect(await worker.sync('photos')).toBe('not asked')
    expect(await worker.sync('other/ada')).toBe('not asked')
  })

  test('sends nothing twice when a page opens meanwhile', async () => {
    const { api, world, sync } = await afterATapInATunnel()
    world.openTab()
    await sync()
    await world.pass(60_000)
    expect(written(api)).toEqual(['POST going'])
  })
})

describe('the page asks for a sync event', () => {
  const openPage = (register: (tag: string) => Promise<void>) => {
    const world = createWorld()
    const { store, goOnline } = world.openTab()
    goOnline(false)
    const stop = requestRsvpSync(
      store,
      { userId: 'ada', name: world.name },
      Promise.resolve({ sync: { register } }),
    )
    return { world, store, stop }
  }

  test('once for each new answer, by the name of the user’s database', async () => {
    const tags: string[] = []
    const { world, store, stop } = openPage(async (tag) => void tags.push(tag))
    await world.calm()
    expect(tags).toEqual([])
    await store.rsvp('event-1', 'going')
    await store.rsvp('event-2', 'going')
    await world.calm()
    expect(tags).toEqual([`${world.name}/ada`, `${world.name}/ada`])
    await store.discard('event-2') // news of the outbox, but nothing new to send
    await world.calm()
    expect(tags).toHaveLength(2)
    stop()
    await store.rsvp('event-3', 'going')
    await world.calm()
    expect(tags).toHaveLength(2)
  })

  test('and where the user has switched it off, nothing is amiss', async () => {
    const { world, store } = openPage(async () => {
      throw new DOMException('Permission denied.', 'NotAllowedError')
    })
    await store.rsvp('event-1', 'going')
    await world.calm()
    expect(await now(store.outbox$)).toHaveLength(1)
  })

  test.each<[string, Parameters<typeof requestRsvpSync>[2]]>([
    ['there is no Background Sync', Promise.resolve({})],
    ['there are no service workers', undefined],
  ])('nor where %s', async (_, registration) => {
    const world = createWorld()
    const { store } = world.openTab()
    requestRsvpSync(store, { userId: 'ada' }, registration)
    await store.rsvp('event-1', 'going')
    await world.calm()
    expect(mineAt(world.api, 'event-1')).toBe('going')
  })
})

test.each<[string, object]>([
  ['options.baseUrl', { getToken: () => '' }],
  ['options.getToken', { baseUrl: 'https://api.example' }],
  ['options.nam', { baseUrl: 'https://api.example', getToken: () => '', nam: 'x' }],
])('a worker whose %s is wrong says so at once', (argument, options) => {
  expect(() => attachRsvpSync(createWorker(), options as RsvpSyncOptions)).toThrowError(
    expect.objectContaining({ code: 'invalid-argument', argument }),
  )
})

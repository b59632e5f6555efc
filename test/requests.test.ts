import { describe, expect, test } from 'vitest'
import { createWorld, errorReply, hold, isWrite, now, startWorld, until, untilStatus } from './world.ts'

const EVENTS = '/api/v1/events'
/** A server that knows ada's token no more, and never will again. */
const forgotten = async () => errorReply(401, 400100)

describe('where a request goes', () => {
  test.each([
    ['http://api.test', 'http://api.test'],
    ['http://api.test/', 'http://api.test'],
    ['http://api.test///', 'http://api.test'],
    ['http://api.test/gate/', 'http://api.test/gate'],
  ])('with the address %s it goes to %s', async (baseUrl, root) => {
    const world = createWorld()
    const { store } = world.openTab({ baseUrl })
    const holding = hold(world.api)
    void store.pullEvent('event-1').catch(() => undefined)
    expect((await holding.at(0)).request.url).toBe(`${root}${EVENTS}/event-1`)
  })

  test('several values of one name are a list to the API, and so is a single tag', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    const holding = hold(world.api)
    void store.pullMyRsvps({ status: ['going', 'interested'] }).catch(() => undefined)
    void store.pullEvents({ tags: 'food' }).catch(() => undefined)
    await holding.at(1)
    const asked = holding.held.map(({ request }) =>
      [...new URL(request.url).searchParams].filter(([name]) => !name.startsWith('options')),
    )
    expect(asked).toContainEqual([
      ['status[]', 'going'],
      ['status[]', 'interested'],
    ])
    expect(asked).toContainEqual([['tags[]', 'food']])
  })
})

describe('what counts as a reply of the API', () => {
  test('nothing that came by a redirect, even where the port has followed it', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    world.api.intercept = async (request, next) =>
      Object.defineProperty(await next(request), 'redirected', { value: true })
    await expect(store.pullEvents()).rejects.toMatchObject({
      code: 'unreachable',
      failure: { kind: 'not-the-api' },
    })
    expect(await now(store.events$())).toEqual([])
  })

  test.each([
    ['of no type at all', undefined],
    ['of another type', 'text/plain'],
  ])('nothing %s, whatever is in it', async (_, type) => {
    const world = createWorld()
    const { store } = world.openTab()
    const body = new TextEncoder().encode('{"events":[{"eventId":"event-1"}]}')
    world.api.intercept = async () => new Response(body, type ? { headers: { 'content-type': type } } : {})
    await expect(store.pullEvents()).rejects.toMatchObject({
      code: 'unreachable',
      failure: { kind: 'not-the-api' },
    })
    expect(await now(store.events$())).toEqual([])
  })

  test('an event among others', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    world.api.intercept = async (request, next) => {
      const json = await (await next(request)).json()
      return Response.json({ ...json, events: [{ eventId: 'parent' }, ...json.events] })
    }
    await store.pullEvent('event-1')
    expect(await now(store.event$('event-1'))).toBeDefined()
  })

  test('an error keeps its code and its words, but for the token that it quotes', async () => {
    const { store, api } = await startWorld()
    const token = api.tokenFor('ada')
    api.intercept = async () => errorReply(403, 400300, {}, `not with ${token}`)
    await store.rsvp('event-1', 'going')
    const [entry] = await until(store.outbox$, ([entry]) => entry?.state === 'failed')
    expect(entry?.failure).toMatchObject({ apiCode: 400300, message: 'not with [token]' })
  })

  test('P7 a token that an error quotes in another spelling is struck out too', async () => {
    const { store, api } = await startWorld()
    const [first = '', ...rest] = api.tokenFor('ada')
    const spelt = `\\u${first.charCodeAt(0).toString(16).padStart(4, '0')}${rest.join('')}`
    const text = `{"code":400300,"message":"not with ${spelt}"}`
    api.intercept = async () =>
      new Response(text, { status: 403, headers: { 'content-type': 'application/json' } })
    await store.rsvp('event-1', 'going')
    const [entry] = await until(store.outbox$, ([entry]) => entry?.state === 'failed')
    expect(entry?.failure).toMatchObject({ apiCode: 400300, message: 'not with [token]' })
  })
})

describe('a token', () => {
  test('is renewed for nothing but a refusal: not for a broken server, nor for a success', async () => {
    for (const status of [200, 500]) {
      const world = createWorld()
      const { store } = world.openTab()
      world.api.intercept = async () => errorReply(status, 400100)
      await expect(store.pullEvents()).rejects.toMatchObject({ code: 'unreachable' })
      expect(world.tokens).toEqual([{ refresh: false }])
    }
  })

  test('that cannot be fetched for want of a network is silence, not a lost session', async () => {
    const world = createWorld()
    const { store } = world.openTab({ getToken: () => Promise.reject(new TypeError('Failed to fetch')) })
    await expect(store.pullEvents()).rejects.toMatchObject({
      code: 'unreachable',
      failure: { kind: 'no-reply' },
    })
    expect((await now(store.status$)).session).toBe('ok')
  })

  test('that stays refused is renewed once for all who wait for it, and once more for the next try', async () => {
    const world = createWorld()
    let refreshes = 0
    let hand = () => {}
    const handed = new Promise<void>((resolve) => {
      hand = resolve
    })
    const { store } = world.openTab({
      getToken: async ({ refresh }) => {
        if (refresh) refreshes += 1
        if (refresh) await handed
        return world.api.tokenFor('ada')
      },
    })
    const holding = hold(world.api)
    const pulls = ['event-1', 'event-2', 'event-3'].map((eventId) => store.pullEvent(eventId))
    const ended = Promise.allSettled(pulls)
    await holding.at(2)
    world.api.intercept = forgotten
    for (const one of holding.held) one.answer(errorReply(401, 400100))
    await world.calm()
    hand()
    await ended
    expect(refreshes).toBe(1)
    await untilStatus(world, store, ({ session }) => session === 'signed-out')
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, () => refreshes === 2)
  })
})

describe('no request goes out too late', () => {
  test('not when its token took all of its time', async () => {
    const world = createWorld()
    let give = (_: string) => {}
    const getToken = () =>
      new Promise<string>((resolve) => {
        give = resolve
      })
    const { store, network } = world.openTab({ getToken })
    const pulling = store.pullEvents().catch((error: unknown) => error)
    await world.calm()
    world.clock.sleep(20_000) // no alarm has rung yet
    give(world.api.tokenFor('ada'))
    expect(await pulling).toMatchObject({ code: 'unreachable', failure: { kind: 'timed-out' } })
    expect(network.log).toEqual([])
  })

  test('not after the store was closed, and what waited for its turn is told', async () => {
    const world = createWorld()
    const { store, network } = world.openTab({ push: { pace: { requests: 1, perMs: 5_000 } } })
    await store.pullEvent('event-1')
    const waiting = store.pullEvent('event-2').catch((error: unknown) => error)
    await world.calm()
    await store.close()
    world.clock.advance(5_000)
    expect(await waiting).toMatchObject({ code: 'unreachable', failure: { kind: 'no-reply' } })
    expect(network.log).toHaveLength(1)
  })

  test('closing ends a request under way without a reply', async () => {
    const { store, api } = await startWorld()
    const holding = hold(api)
    const pulling = store.pullEvents().catch((error: unknown) => error)
    await holding.at(0)
    await store.close()
    expect(await pulling).toMatchObject({ code: 'unreachable', failure: { kind: 'no-reply' } })
  })

  test('a connection that breaks says so in the reason', async () => {
    const { store, api } = await startWorld()
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    ;(await holding.at(0)).lose()
    const [entry] = await until(store.outbox$, ([entry]) => entry?.failure !== undefined)
    expect(entry?.failure).toEqual({ kind: 'no-reply', message: 'no-reply' })
  })
})

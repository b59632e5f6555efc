import { describe, expect, test } from 'vitest'
import { createWorld, errorReply, hold, jsonReply, now, requested, startWorld } from './world.ts'

describe('pulls', () => {
  test('pullEvents follows the pages to their end, and says how much came', async () => {
    const world = createWorld({ api: { events: 257 } })
    const { store } = world.openTab()
    const report = await store.pullEvents()
    const pages = world.api.requests().map(({ search }) => new URLSearchParams(search))
    expect(report.pages).toBe(3)
    expect(pages.map((page) => [page.get('options[limit]'), page.has('options[token]')])).toEqual([
      ['100', false],
      [null, true],
      [null, true],
    ])
    expect(await now(store.events$())).toHaveLength(
      world.api
        .events()
        .filter(
          ({ status, isDeleted, isOriginPublic }) => status === 'scheduled' && !isDeleted && isOriginPublic,
        ).length,
    )
    expect(report).toMatchObject({ stale: 0, quarantined: [] })
  })

  test('a limit asks for no more than that', async () => {
    const world = createWorld({ api: { events: 257 } })
    const { store } = world.openTab()
    expect((await store.pullEvents({ limit: 5 })).pages).toBe(1)
    expect(await now(store.events$())).toHaveLength(5)
  })

  test('several statuses are several questions, as the API takes one', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    await store.pullEvents({ status: ['live', 'ended'] })
    expect(world.api.requests().map(({ search }) => new URLSearchParams(search).get('status'))).toEqual([
      'live',
      'ended',
    ])
    expect((await now(store.events$())).map(({ status }) => status).sort()).toEqual(['ended', 'live'])
  })

  test('pullEvent brings the event, its host, its cover and my own answer', async () => {
    const world = createWorld({ api: { answers: { ada: { 'event-3': 'going' } } } })
    const { store } = world.openTab()
    await store.pullEvent('event-3')
    await store.pullMyRsvps()
    expect(await now(store.event$('event-3'))).toMatchObject({
      eventId: 'event-3',
      host: { userId: expect.any(String) },
      cover: { fileUrl: expect.stringContaining('cover-event-3') },
      myRsvp: { status: 'going', sync: 'synced' },
    })
  })

  test('pullMyRsvps brings my answers and their events, by status if asked', async () => {
    const answers = { ada: { 'event-1': 'going', 'event-2': 'interested', 'event-3': 'not_going' } } as const
    const world = createWorld({ api: { answers } })
    const { store } = world.openTab()
    await store.pullMyRsvps({ status: ['going', 'interested'] })
    const shown = await now(store.events$())
    expect(shown.map(({ eventId }) => eventId).sort()).toEqual(['event-1', 'event-2'])
    await store.pullMyRsvps()
    expect((await now(store.event$('event-3')))?.myRsvp.status).toBe('not_going')
  })

  test('pullAttendees brings answers, people and pictures, over all pages', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    for (let at = 0; at < 130; at += 1) world.api.answerAs(`guest-${at}`, 'event-1', 'going')
    const report = await store.pullAttendees('event-1')
    expect(report.pages).toBe(2)
    const list = await now(store.attendees$('event-1'))
    expect(list).toHaveLength(world.api.responses().filter(({ eventId }) => eventId === 'event-1').length)
    expect(list.every(({ user, avatar }) => user && avatar)).toBe(true)
  })

  test.each<[string, () => Response | Promise<Response>, string]>([
    ['no reply', () => Promise.reject(new TypeError('Failed to fetch')), 'unreachable'],
    ['a 500', () => errorReply(500, 500000), 'unreachable'],
    [
      'a page of HTML',
      () => new Response('<p>', { headers: { 'content-type': 'text/html' } }),
      'unreachable',
    ],
    ['a 429', () => errorReply(429, 400311), 'unreachable'],
    ['a 401, twice', () => errorReply(401, 400100), 'signed-out'],
    ['a 403', () => errorReply(403, 400300), 'refused'],
    ['a 404', () => errorReply(404, 400400), 'refused'],
    ['a 422', () => errorReply(422, 500000), 'refused'],
  ])('%s rejects as %s says it should', async (_, reply, code) => {
    for (const verb of ['pullEvents', 'pullMyRsvps', 'pullEvent', 'pullAttendees'] as const) {
      const world = createWorld()
      const { store } = world.openTab()
      world.api.intercept = async () => reply()
      await expect(store[verb]('event-1' as never)).rejects.toMatchObject(
        verb.endsWith('s') && !verb.includes('Att')
          ? { code: expect.any(String) }
          : { code, failure: { kind: expect.any(String) } },
      )
      await store.close()
    }
  })

  test('what came before a failure stays', async () => {
    const world = createWorld({ api: { events: 257 } })
    const { store } = world.openTab()
    world.api.intercept = async (request, next) =>
      request.url.includes('token') ? errorReply(500) : next(request)
    await expect(store.pullEvents()).rejects.toMatchObject({ code: 'unreachable' })
    expect(await now(store.events$())).toHaveLength(100)
  })

  test('closing in the middle ends the pull with a typed error', async () => {
    const { store, api } = await startWorld()
    const holding = hold(api)
    const pulling = store.pullEvents().catch((error: { code: string }) => error.code)
    await holding.at(0)
    await store.close()
    expect(['closed', 'unreachable']).toContain(await pulling)
  })

  test('a pull that takes longer than the time-out rejects', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    const holding = hold(world.api)
    const pulling = store.pullEvents().catch((error: unknown) => error)
    await holding.at(0)
    await world.pass(20_000)
    expect(await pulling).toMatchObject({ code: 'unreachable', failure: { kind: 'timed-out' } })
  })

  test('a pull says nothing about my unsent answers and sends none', async () => {
    const { store, goOnline, api, calm } = await startWorld()
    goOnline(false)
    await store.rsvp('event-1', 'going')
    await expect(store.pullEvents()).rejects.toMatchObject({ code: 'unreachable' })
    await calm()
    expect(requested(api).every((line) => line.startsWith('GET'))).toBe(true)
    expect(await now(store.outbox$)).toHaveLength(1)
  })
})

describe('merge', () => {
  test('takes any reply of the API and says what became of each row', async () => {
    const { store } = await startWorld()
    const bundle = {
      events: [
        { eventId: 'n', title: 'New' },
        { eventId: 'bad', title: 5 },
      ],
      eventResponses: [{ eventId: 'n', userId: 'bob', status: 'going' }],
      users: [{ userId: 'bob', displayName: 'Bobby', updatedAt: '2027-01-01T00:00:00Z' }],
      files: [{ fileId: 'f' }],
    }
    expect(await store.merge(bundle)).toEqual({
      applied: 4,
      stale: 0,
      quarantined: [{ table: 'events', id: 'bad', path: 'title', reason: expect.any(String) }],
    })
    expect(
      await store.merge({
        users: [{ userId: 'bob', displayName: 'Old', updatedAt: '2026-06-01T00:00:00Z' }],
      }),
    ).toEqual({
      applied: 0,
      stale: 1,
      quarantined: [],
    })
  })

  test('takes a live message, and shows it', async () => {
    const { store } = await startWorld()
    const data = { events: [{ eventId: 'live-1', title: 'Tonight' }], users: [], files: [] }
    expect(await store.merge({ eventType: 'event.created', data })).toMatchObject({ applied: 1 })
    expect(await now(store.event$('live-1'))).toMatchObject({ title: 'Tonight', myRsvp: { status: null } })
  })

  test('a live message about my own answer, given on another device, is shown', async () => {
    const { store, api } = await startWorld()
    const row = api.answerAs('ada', 'event-1', 'interested')
    await store.merge({ eventType: 'event.rsvp.created', data: { eventResponses: [row] } })
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'interested', sync: 'synced' })
  })

  test('a reply with nothing in it is no reason to complain', async () => {
    const { store, api } = await startWorld()
    expect(await store.merge({ events: [] })).toEqual({ applied: 0, stale: 0, quarantined: [] })
    api.intercept = async () => jsonReply({ events: [] })
    expect(await store.pullEvents()).toEqual({ applied: 0, stale: 0, quarantined: [], pages: 1 })
  })
})

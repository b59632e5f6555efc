import { describe, expect, test } from 'vitest'
import type { RsvpStoreOptions } from '../src/index.ts'
import {
  createWorld,
  errorReply,
  eventAt,
  hold,
  jsonReply,
  latest,
  now,
  record,
  requested,
  type World,
} from './world.ts'

const EVERY_MS = 60_000
const LIST = 'GET '
const MINE = 'GET /me/rsvps'
/** All my answers are asked for so many times more seldom. */
const SELDOM = 5

/** A phone whose app keeps what is watched fresh, as it does unless told otherwise. */
function freshWorld(options: Parameters<typeof createWorld>[0] = {}) {
  const world = createWorld(options)
  const open = (changes: Partial<RsvpStoreOptions> = {}) =>
    world.openTab({ pull: { everyMs: EVERY_MS }, ...changes })
  return { ...world, open }
}

/** What was asked since the last look. */
function asking({ api }: Pick<World, 'api'>) {
  let seen = 0
  return () => {
    const all = requested(api)
    const news = all.slice(seen)
    seen = all.length
    return news.sort()
  }
}

/** An app that shows `event-1`, and has just pulled it. */
async function watchingOne() {
  const world = freshWorld()
  const tab = world.open()
  record(tab.store.event$('event-1'))
  await world.calm()
  const asked = asking(world)
  asked()
  return { world, asked, ...tab }
}

/** Somebody else changes the event on the server. */
const renamed = (world: Pick<World, 'api'>, eventId: string, title: string) =>
  world.api.putEvent({ eventId, title })

describe('what is watched is kept fresh', () => {
  test('an event: what is here at once, then what the server has', async () => {
    const world = freshWorld()
    const { store } = world.open()
    await store.pullEvent('event-1')
    await world.pass(EVERY_MS / 2)
    renamed(world, 'event-1', 'Tonight')
    const titles = record(store.event$('event-1'))
    await world.calm()
    expect(titles.map((view) => view?.title)).toEqual([expect.not.stringMatching('Tonight'), 'Tonight'])
  })

  test('a list, with my answers to its events', async () => {
    const world = freshWorld({ api: { answers: { ada: { 'event-3': 'going' } } } })
    const asked = asking(world)
    const list = latest(world.open().store.events$())
    await world.calm()
    expect(asked()).toEqual([LIST, MINE])
    expect(list.value.find(({ eventId }) => eventId === 'event-3')?.myRsvp.status).toBe('going')
  })

  test('every so often, and what is due soon goes along', async () => {
    const world = freshWorld()
    const { store } = world.open()
    const asked = asking(world)
    record(store.attendees$('event-1'))
    await world.pass(EVERY_MS / 20)
    record(store.event$('event-1'))
    await world.calm()
    expect(asked()).toEqual(['GET /event-1', 'GET /event-1/rsvp'])
    await world.pass(EVERY_MS * 0.95 - 1)
    expect(asked()).toEqual([])
    await world.pass(1)
    expect(asked()).toEqual(['GET /event-1', 'GET /event-1/rsvp'])
    await world.pass(EVERY_MS - 1)
    expect(asked()).toEqual([])
  })

  test('P8 what is due at the very millisecond is pulled along, and not looked at again and again', async () => {
    const world = freshWorld()
    const { store } = world.open()
    record(store.events$())
    await world.calm()
    const asked = asking(world)
    await world.pass(EVERY_MS * SELDOM * 0.9)
    asked()
    record(store.event$('event-99')) // due now; it waits for the list that may bring it
    await world.calm()
    expect(asked()).toEqual(['GET /event-99', MINE])
  })

  test('all my answers, which are many and seldom change elsewhere, less often', async () => {
    const world = freshWorld()
    record(world.open().store.events$())
    await world.pass(EVERY_MS * 5 - 1)
    const all = requested(world.api)
    expect([all.filter((line) => line === LIST).length, all.filter((line) => line === MINE).length]).toEqual([
      5, 1,
    ])
    await world.pass(1)
    expect(requested(world.api).filter((line) => line === MINE)).toHaveLength(2)
  })

  test('not while the page is hidden or offline; at once when it is back', async () => {
    const { world, asked, lifecycle, goOnline } = await watchingOne()
    lifecycle.set('hidden')
    await world.pass(EVERY_MS * 3)
    expect(asked()).toEqual([])
    lifecycle.set('visible')
    await world.calm()
    expect(asked()).toEqual(['GET /event-1'])
    goOnline(false)
    await world.pass(EVERY_MS * 3)
    expect(asked()).toEqual([])
    goOnline(true)
    await world.pass(1_000) // a fleet that comes back together does not knock together
    expect(asked()).toEqual(['GET /event-1'])
  })

  test('the page comes back: what was pulled a few seconds before is asked for again', async () => {
    const { world, asked, lifecycle } = await watchingOne()
    lifecycle.set('hidden')
    await world.pass(6_000)
    lifecycle.set('visible')
    await world.calm()
    expect(asked()).toEqual(['GET /event-1'])
  })

  test('the network comes back: also what was pulled a moment before it went', async () => {
    const { world, asked, goOnline } = await watchingOne()
    goOnline(false)
    await world.pass(1_000)
    goOnline(true)
    await world.pass(1_000)
    expect(asked()).toEqual(['GET /event-1'])
  })

  test('who looks away for a moment asks for nothing again', async () => {
    const world = freshWorld()
    const { store, lifecycle } = world.open()
    const watching = store.events$().subscribe()
    await world.calm()
    const asked = asking(world)
    asked()
    watching.unsubscribe()
    await world.pass(2_000)
    record(store.events$())
    lifecycle.set('hidden')
    lifecycle.set('visible')
    await world.calm()
    expect(asked()).toEqual([])
  })

  test('what nobody watches any more is asked for no more', async () => {
    const world = freshWorld()
    const { store } = world.open()
    const watching = store.event$('event-1').subscribe()
    await world.calm()
    watching.unsubscribe()
    const asked = asking(world)
    asked()
    await world.pass(EVERY_MS * 3)
    expect([asked(), world.clock.alarms()]).toEqual([[], []])
  })

  test('sync() in the middle of a pull: what it brings may be old, and is asked for once more', async () => {
    const world = freshWorld()
    const { store } = world.open({ pull: { everyMs: false } })
    const view = latest(store.event$('event-1'))
    const holding = hold(world.api)
    store.sync()
    const arrive = await (await holding.at(0)).take()
    renamed(world, 'event-1', 'Now')
    await world.pass(10)
    store.sync()
    arrive()
    await world.calm()
    holding.open()
    await world.calm()
    expect([view.value?.title, requested(world.api).length]).toEqual(['Now', 2])
  })

  test('an app that pulls by itself is left to it', async () => {
    const world = freshWorld()
    const { store, lifecycle } = world.open({ pull: { everyMs: false } })
    record(store.events$())
    record(store.event$('event-1'))
    lifecycle.set('hidden')
    lifecycle.set('visible')
    await world.pass(EVERY_MS * 3)
    expect(requested(world.api)).toEqual([])
    store.sync()
    await world.calm()
    expect(requested(world.api).sort()).toEqual([LIST, MINE])
  })
})

describe('nothing is asked for twice', () => {
  test('by many observers of one thing', async () => {
    const world = freshWorld()
    const { store } = world.open()
    for (let count = 0; count < 3; count += 1) {
      record(store.event$('event-1'))
      record(store.attendees$('event-1', { status: 'going' }))
    }
    await world.calm()
    expect(requested(world.api).sort()).toEqual(['GET /event-1', 'GET /event-1/rsvp'])
  })

  test('by frameworks that subscribe, leave and subscribe again', async () => {
    const world = freshWorld()
    const { store } = world.open()
    store.event$('event-1').subscribe().unsubscribe()
    record(store.event$('event-1'))
    await world.calm()
    expect(requested(world.api)).toEqual(['GET /event-1'])
  })

  test('for the cards of a list that has just brought them', async () => {
    const world = freshWorld()
    const { store } = world.open()
    await world.calm()
    for (let at = 1; at <= 3; at += 1) record(store.event$(`event-${at}`))
    record(store.events$())
    await world.calm()
    expect(requested(world.api).sort()).toEqual([LIST, MINE])
    await world.pass(EVERY_MS)
    expect(requested(world.api).sort()).toEqual([LIST, LIST, MINE])
  })

  test('by another tab that watches the same', async () => {
    const world = freshWorld()
    const [one, two] = [world.open(), world.open()]
    const watch = ({ store }: typeof one) => {
      record(store.events$({ limit: 5 }))
      record(store.event$('event-1'))
      record(store.attendees$('event-2'))
    }
    watch(one)
    watch(two)
    await world.calm()
    expect(requested(world.api).sort()).toEqual([LIST, 'GET /event-2/rsvp', MINE])
    await world.pass(EVERY_MS)
    expect(requested(world.api).filter((line) => line === LIST)).toHaveLength(2)
  })

  test('after a reload, for what was pulled right before', async () => {
    const world = freshWorld()
    const before = world.open()
    record(before.store.events$())
    await world.calm()
    await before.store.close()
    const asked = asking(world)
    asked()
    const list = latest(world.open().store.events$())
    await world.calm()
    expect([asked(), list.value.length > 0, list.value.isComplete]).toEqual([[], true, true])
  })

  test('a tab that holds on to a pull for long is waited for no longer', async () => {
    const world = freshWorld()
    const holding = hold(world.api)
    const [one, two] = [world.open({ push: { timeoutMs: 120_000 } }), world.open()]
    record(one.store.event$('event-1'))
    await holding.at(0)
    record(two.store.event$('event-1'))
    await world.pass(29_000)
    expect(holding.held).toHaveLength(1)
    await world.pass(2_000)
    expect(holding.held).toHaveLength(2)
    holding.open()
    await world.calm()
  })
})

describe('a tab that pulls for all', () => {
  test('and freezes in the middle holds nobody up', async () => {
    const world = freshWorld()
    const holding = hold(world.api)
    const [one, two] = [world.open(), world.open()]
    record(one.store.event$('event-1'))
    await holding.at(0)
    const view = latest(two.store.event$('event-1'))
    await world.pass(2_000)
    expect(holding.held).toHaveLength(1)
    one.lifecycle.set('frozen')
    await world.pass(2_000)
    expect(holding.held).toHaveLength(2)
    holding.open()
    await world.calm()
    expect(view.value?.eventId).toBe('event-1')
  })

  test('and fails leaves it to the next', async () => {
    const world = freshWorld()
    const holding = hold(world.api)
    const [one, two] = [world.open(), world.open()]
    const leaving = one.store.event$('event-1').subscribe()
    await holding.at(0)
    record(two.store.event$('event-1'))
    await world.calm()
    leaving.unsubscribe()
    await world.pass(2_000)
    expect(holding.held).toHaveLength(2)
    holding.open()
    await world.calm()
  })

  test('is waited for by the clock, and not by one that was wrong', async () => {
    const world = freshWorld()
    const { store } = world.open()
    await store.pullEvents()
    await world.putUnheard('meta', [
      { key: 'pulling event event-1', by: 'a tab of next year', until: world.clock.now() + 9e9 },
    ])
    const asked = asking(world)
    asked()
    record(store.event$('event-1'))
    await world.calm()
    expect(asked()).toEqual(['GET /event-1'])
  })
})

describe('a pull that nobody needs any more is given up', () => {
  test('when the last observer leaves', async () => {
    const world = freshWorld()
    const { store } = world.open()
    const holding = hold(world.api)
    const watchings = [store.event$('event-1').subscribe(), store.event$('event-1').subscribe()]
    const { request } = await holding.at(0)
    watchings[0]?.unsubscribe()
    expect(request.signal.aborted).toBe(false)
    watchings[1]?.unsubscribe()
    expect(request.signal.aborted).toBe(true)
    await world.calm()
    expect(await now(store.status$)).toMatchObject({ network: 'online', work: 'idle' })
  })

  test('by whoever asked for it: ten thousand attendees, page by page, with what has come', async () => {
    const world = createWorld({ api: { events: 2 } })
    for (let at = 0; at < 10_000; at += 1) world.api.answerAs(`guest-${at}`, 'event-1', 'going')
    const { store } = world.openTab()
    const giving = new AbortController()
    const progress = record(store.status$)
    let pages = 0
    world.api.intercept = async (request, next) => {
      pages += 1
      if (pages === 4) giving.abort()
      return next(request)
    }
    await expect(store.pullAttendees('event-1', {}, { signal: giving.signal })).rejects.toMatchObject({
      code: 'cancelled',
    })
    expect(pages).toBe(4)
    expect(await now(store.attendees$('event-1'))).toMatchObject({ length: 300, isComplete: false })
    const told = new Map(
      progress.flatMap(({ pulling }) => (pulling ? [[pulling.pages, pulling] as const] : [])),
    )
    expect([...told.values()]).toEqual([
      { pulls: 1, pages: 0, rows: 0 },
      ...[1, 2, 3].map((pages) => ({ pulls: 1, pages, rows: pages * 101 })),
    ])
    await world.calm()
    expect(await now(store.status$)).not.toHaveProperty('pulling')
  })

  test('before it has begun', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    const cancelled = store.pullEvents({}, { signal: AbortSignal.abort() })
    await expect(cancelled).rejects.toMatchObject({ code: 'cancelled' })
    expect(requested(world.api)).toEqual([])
  })

  test.each([
    ['a signal that is none', { signal: {} }, 'options.signal'],
    ['a field that is none', { abort: new AbortController().signal }, 'options.abort'],
  ])('not with %s', async (_, options, argument) => {
    const { store } = createWorld().openTab()
    await expect(store.pullEvents({}, options as never)).rejects.toMatchObject({
      code: 'invalid-argument',
      argument,
    })
  })
})

describe('what a list names no more', () => {
  const FIRST = 'event-3'
  /** A list of what is to come, shown, and one event that changes on the server. */
  async function changing(change: (world: World) => void) {
    const world = freshWorld()
    const { store } = world.open()
    const list = latest(store.events$({ limit: 100 }))
    await world.calm()
    const shown = () => list.value.find(({ eventId }) => eventId === FIRST)
    expect(shown()?.status).toBe('scheduled')
    change(world)
    await world.pass(EVERY_MS)
    return { world, store, shown }
  }

  test('was cancelled: the list says so', async () => {
    const { shown } = await changing(({ api }) => api.cancelEvent(FIRST))
    expect(shown()).toMatchObject({ status: 'cancelled', rsvpWindow: 'closed' })
  })

  test('is live: it is asked for by itself, now and then', async () => {
    const { world, shown } = await changing(({ api }) => api.putEvent({ eventId: FIRST, status: 'live' }))
    expect(shown()?.status).toBe('live')
    await world.pass(EVERY_MS * 12)
    const single = requested(world.api).filter((line) => line === `GET /${FIRST}`)
    expect(single.length).toBeGreaterThan(1)
    expect(single.length).toBeLessThanOrEqual(4)
  })

  test('was deleted, or is shown to me no more: no list has it, and its own view says so', async () => {
    const { store, shown } = await changing(({ api }) => api.deleteEvent(FIRST))
    expect(shown()).toBeUndefined()
    expect(await now(store.event$(FIRST))).toMatchObject({ isDeleted: true, rsvpWindow: 'closed' })
    await expect(store.rsvp(FIRST, 'going')).rejects.toMatchObject({ code: 'rsvp-closed' })
  })

  test('is back: so it is in the list', async () => {
    const { world, shown } = await changing(({ api }) => api.deleteEvent(FIRST))
    world.api.putEvent({ eventId: FIRST, isDeleted: false })
    await world.pass(EVERY_MS)
    expect(shown()?.isDeleted).toBe(false)
  })

  test('was not to be seen for a while, and is back as it was', async () => {
    const { world, store, shown } = await changing(({ api }) => {
      api.putEvent({ eventId: 'event-4', isDeleted: true })
      api.intercept = async (request, next) => {
        if (request.url.endsWith(FIRST)) return errorReply(404, 400400)
        const reply = await next(request)
        if (!request.url.includes('events?')) return reply
        const list = (await reply.json()) as { events: { eventId: string }[] }
        return jsonReply({ ...list, events: list.events.filter(({ eventId }) => eventId !== FIRST) })
      }
    })
    expect(shown()).toBeUndefined()
    expect(await now(store.event$(FIRST))).toMatchObject({ isDeleted: true })
    world.api.intercept = undefined
    await world.pass(EVERY_MS)
    expect(shown()).toMatchObject({ status: 'scheduled', isDeleted: false })
    expect((await store.rsvp(FIRST, 'going')).status).toBe('going')
  })

  test('stays where something else than the API says 404', async () => {
    const lost = () => new Response('Not here', { status: 404 })
    const { shown } = await changing(({ api }) => {
      api.cancelEvent(FIRST)
      api.intercept = async (request, next) => (request.url.endsWith(FIRST) ? lost() : next(request))
    })
    expect(shown()?.status).toBe('scheduled')
  })

  test.each([
    ['soonest first', 'startTime', 'event-1'],
    ['latest first', '-startTime', 'event-40'],
  ] as const)(
    'is live, in a list that goes on, %s: what happened to it without a network is asked for',
    async (_, orderBy, eventId) => {
      const world = freshWorld({ api: { events: 0 } })
      for (let at = 1; at <= 40; at += 1)
        world.api.putEvent({
          eventId: `event-${at}`,
          startTime: new Date(world.clock.now() + at * 86_400_000).toISOString(),
          status: 'scheduled',
          title: 'A walk',
        })
      const { store, goOnline } = world.open()
      const list = latest(store.events$({ limit: 5, orderBy }))
      await world.calm()
      world.api.putEvent({ eventId, status: 'live' })
      await world.pass(EVERY_MS)
      goOnline(false)
      renamed(world, eventId, 'Without me')
      await world.pass(1_000)
      goOnline(true)
      await world.pass(1_000)
      expect(list.value[0]).toMatchObject({ eventId, status: 'live', title: 'Without me' })
      expect(requested(world.api).filter((line) => /event-/.test(line))).toEqual([
        `GET /${eventId}`,
        `GET /${eventId}`,
      ])
    },
  )

  test('is not asked for where the list did not come that far', async () => {
    const world = freshWorld({ api: { events: 40 } })
    const { store } = world.open()
    await store.pullEvents()
    record(store.events$({ limit: 5 }))
    await world.calm()
    expect(requested(world.api).filter((line) => /event-/.test(line))).toEqual([])
  })
})

describe('a pull that fails', () => {
  test('is tried again after a wait that grows, and shows all the same what is here', async () => {
    const world = freshWorld()
    const { store } = world.open()
    await store.pullEvent('event-1')
    await world.pass(EVERY_MS)
    world.api.mood = 'down'
    const view = latest(store.event$('event-1'))
    const tries: number[] = []
    for (let second = 0; second < 600; second += 1) {
      const before = requested(world.api).length
      await world.pass(1_000)
      if (requested(world.api).length > before) tries.push(second)
    }
    const waits = tries.slice(1).map((second, index) => second - (tries[index] ?? 0))
    expect(waits.length).toBeGreaterThan(6)
    expect(Math.max(...waits)).toBeLessThanOrEqual(EVERY_MS / 1_000 + 1)
    expect(view.value?.eventId).toBe('event-1')
    world.api.mood = 'well'
    renamed(world, 'event-1', 'Back')
    await world.pass(EVERY_MS)
    expect(view.value?.title).toBe('Back')
  })

  test('because it is refused is asked for again in its turn, and no sooner', async () => {
    const world = freshWorld()
    const { store } = world.open()
    record(store.event$('nowhere'))
    await world.pass(EVERY_MS - 1)
    expect(requested(world.api)).toEqual(['GET /nowhere'])
    await world.pass(1)
    expect(requested(world.api)).toEqual(['GET /nowhere', 'GET /nowhere'])
  })

  test('of one list, or of an event that was refused, holds up nothing else', async () => {
    const world = freshWorld()
    const { store } = world.open()
    world.api.intercept = async (request, next) =>
      /event-1\b|token/.test(request.url) ? errorReply(403, 400300) : next(request)
    record(store.event$('event-1'))
    record(store.attendees$('event-1'))
    const other = latest(store.event$('event-2'))
    await world.pass(1)
    expect(other.value?.title).toBe(eventAt(world.api, 'event-2').title)
  })
})

test('P8 a thousand single events share the rate limit with my answers, and never hold one up for long', async () => {
  const world = freshWorld({ api: { events: 400 } })
  const { store } = world.open({ push: { pace: { requests: 20, perMs: 5_000 } } })
  for (let at = 1; at <= 300; at += 1) record(store.event$(`event-${at}`))
  await world.pass(5_000)
  await store.rsvp('event-1', 'going')
  const before = world.clock.now()
  while (world.api.writes().length === 0) await world.pass(500)
  expect(world.clock.now() - before).toBeLessThanOrEqual(5_500)
})

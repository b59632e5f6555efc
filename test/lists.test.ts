import { describe, expect, test } from 'vitest'
import type { ListView } from '../src/index.ts'
import { createWorld, errorReply, latest, record, requested } from './world.ts'

/** A phone whose app pulls by itself, and an event that many have answered. */
function party(guests: number) {
  const world = createWorld({ api: { events: 3 } })
  for (let at = 0; at < guests; at += 1)
    world.api.answerAs(`guest-${String(at).padStart(5, '0')}`, 'event-1', 'going')
  const tab = world.openTab({ pull: { everyMs: 60_000 } })
  const all = world.api.responses().filter(({ eventId }) => eventId === 'event-1').length
  return { ...world, ...tab, all }
}

const marks = <T>({ length, hasMore, isComplete }: ListView<T>) => ({ length, hasMore, isComplete })

/** Each page that was asked for: its size, or that it goes on. */
const pages = ({ api }: ReturnType<typeof createWorld>) =>
  api
    .requests()
    .filter(({ path }) => !path.endsWith('/me/rsvps'))
    .map(({ search }) => new URLSearchParams(search).get('options[limit]') ?? 'next')

describe('a list with a limit', () => {
  test('says whether there is more, and grows by as much: one request a page', async () => {
    const world = party(45)
    const list$ = world.store.attendees$('event-1', { limit: 20 })
    const list = latest(list$)
    await world.calm()
    expect(marks(list.value)).toEqual({ length: 20, hasMore: true, isComplete: true })
    await list$.loadMore()
    await world.calm()
    expect(marks(list.value)).toEqual({ length: 40, hasMore: true, isComplete: true })
    await list$.loadMore()
    await world.calm()
    expect(marks(list.value)).toEqual({ length: world.all, hasMore: false, isComplete: true })
    expect(pages(world)).toEqual(['20', 'next', 'next'])
    const before = world.indexedDB.transactions.length
    await list$.loadMore()
    await world.calm()
    expect([pages(world).length, world.indexedDB.transactions.length]).toEqual([3, before])
  })

  test('ten thousand attendees: what is scrolled to is loaded, and nothing else', async () => {
    const world = party(10_000)
    const list$ = world.store.attendees$('event-1', { limit: 100 })
    const list = latest(list$)
    await world.calm()
    for (let screens = 1; screens < 5; screens += 1) {
      await list$.loadMore()
      await world.calm()
    }
    expect(marks(list.value)).toEqual({ length: 500, hasMore: true, isComplete: true })
    expect(new Set(list.value.map(({ userId }) => userId)).size).toBe(500)
    expect(pages(world)).toHaveLength(5)
    expect(await world.rows('responses')).toHaveLength(500)
  })

  test('events too, in their order', async () => {
    const world = createWorld({ api: { events: 60 } })
    const { store } = world.openTab({ pull: { everyMs: 60_000 } })
    const list$ = store.events$({ limit: 10, status: 'scheduled', orderBy: '-startTime' })
    const list = latest(list$)
    await world.calm()
    await list$.loadMore()
    await world.calm()
    const starts = list.value.map(({ startTime }) => startTime ?? '')
    expect(starts).toHaveLength(20)
    expect(starts).toEqual([...starts].sort().reverse())
    expect(pages(world)).toEqual(['10', 'next'])
  })

  test('who scrolls slowly asks for one page each time, not for all that is shown; whoever comes anew is shown news', async () => {
    const world = createWorld({ api: { events: 200 } })
    const { store } = world.openTab({ pull: { everyMs: 60_000 } })
    const list$ = store.events$({ limit: 20 })
    const watching = list$.subscribe()
    await world.calm()
    for (let screens = 0; screens < 5; screens += 1) {
      await world.pass(8_000)
      const before = requested(world.api).length
      await list$.loadMore()
      await world.calm()
      expect(requested(world.api).slice(before)).toEqual(['GET '])
    }
    watching.unsubscribe()
    await world.pass(8_000)
    const before = requested(world.api).length
    record(list$)
    await world.calm()
    expect(requested(world.api).slice(before)).toContain('GET ')
  })

  test('offline it grows by what is here, and says that it may not be all', async () => {
    const world = party(45)
    await world.store.pullAttendees('event-1', { limit: 40 })
    await world.calm()
    world.goOnline(false)
    const list$ = world.store.attendees$('event-1', { limit: 15 })
    const list = latest(list$)
    await world.calm()
    expect(marks(list.value)).toEqual({ length: 15, hasMore: true, isComplete: false })
    await expect(list$.loadMore()).rejects.toMatchObject({ code: 'unreachable' })
    await world.calm()
    expect(marks(list.value)).toEqual({ length: 30, hasMore: true, isComplete: false })
    world.goOnline(true)
    await world.pass(1_000)
    expect(marks(list.value)).toEqual({ length: 30, hasMore: true, isComplete: true })
  })

  test('a token that the server takes no more: what is shown is asked for anew', async () => {
    const world = party(45)
    const list$ = world.store.attendees$('event-1', { limit: 20 })
    const list = latest(list$)
    await world.calm()
    world.api.intercept = async (request, next) =>
      request.url.includes('token') ? errorReply(400, 400000) : next(request)
    await list$.loadMore()
    await world.calm()
    expect(marks(list.value)).toEqual({ length: 40, hasMore: true, isComplete: true })
    expect(pages(world)).toEqual(['20', 'next', '40'])
  })

  test('who scrolls fast asks once', async () => {
    const world = party(100)
    const list$ = world.store.attendees$('event-1', { limit: 20 })
    const list = latest(list$)
    await world.calm()
    await Promise.all([list$.loadMore(), list$.loadMore(), list$.loadMore()])
    await world.calm()
    expect([list.value.length, pages(world)]).toEqual([40, ['20', 'next']])
  })

  test('P5 a longer list never shows a shorter one, or none, on its way', async () => {
    const world = party(100)
    const list$ = world.store.attendees$('event-1', { limit: 20 })
    const lengths = record(list$)
    await world.calm()
    await list$.loadMore()
    await world.calm()
    const before = lengths.length
    await world.store.rsvp('event-1', 'going')
    await world.calm()
    const seen = lengths.map(({ length }) => length)
    expect(seen).toEqual([...seen].sort((a, b) => a - b))
    expect([seen.at(-1), seen.length > before]).toEqual([40, true])
  })

  test('P10 a tap is shown at once while the list grows', async () => {
    const world = createWorld({ api: { events: 40 } })
    const { store } = world.openTab()
    await store.pullEvents()
    const list$ = store.events$({ limit: 10 })
    const list = latest(list$)
    await world.calm()
    const eventId = list.value.find(({ rsvpWindow }) => rsvpWindow === 'open')?.eventId ?? ''
    const mine = () => list.value.find((view) => view.eventId === eventId)?.myRsvp
    const loading = list$.loadMore()
    const tapped = store.rsvp(eventId, 'going')
    expect(mine()).toEqual({ status: 'going', sync: 'saving' })
    await Promise.all([loading, tapped])
    await world.calm()
    expect([list.value.length, mine()]).toEqual([20, { status: 'going', sync: 'synced' }])
  })

  test('two who observe it see it grow together; a list of its own stays as long as it was', async () => {
    const world = party(100)
    const list$ = world.store.attendees$('event-1', { limit: 20 })
    const [one, two] = [latest(list$), latest(list$)]
    const other = latest(world.store.attendees$('event-1', { limit: 20 }))
    await world.calm()
    await list$.loadMore()
    await world.calm()
    expect([one.value.length, two.value.length, other.value.length]).toEqual([40, 40, 20])
  })
})

describe('a list without a limit', () => {
  test('is all there is, once it is there', async () => {
    const world = party(130)
    const list$ = world.store.attendees$('event-1')
    const seen = record(list$)
    await world.calm()
    expect(seen[0] && marks(seen[0])).toEqual({ length: 0, hasMore: undefined, isComplete: false })
    expect(marks(seen.at(-1) as ListView<unknown>)).toEqual({
      length: world.all,
      hasMore: false,
      isComplete: true,
    })
    await list$.loadMore()
    expect(pages(world)).toEqual(['100', 'next'])
  })

  test('is an array like any other: its marks are in no copy', async () => {
    const world = party(2)
    const list = latest(world.store.attendees$('event-1'))
    await world.calm()
    expect(Object.keys(list.value)).toEqual(list.value.map((_, index) => String(index)))
    expect([...list.value]).not.toHaveProperty('hasMore')
    expect(Object.isFrozen(list.value)).toBe(true)
  })

  test('nobody asked the server yet: it says so', async () => {
    const world = createWorld({ api: { events: 3 } })
    const { store } = world.openTab()
    const list = latest(store.events$())
    await world.calm()
    expect(marks(list.value)).toEqual({ length: 0, hasMore: undefined, isComplete: false })
    await store.pullEvents()
    await world.calm()
    expect(marks(list.value)).toMatchObject({ hasMore: false, isComplete: true })
    expect(requested(world.api)).toEqual(['GET '])
  })
})

describe('every list that the API has', () => {
  test.each([
    [{ originId: 'c-1' }, { originId: 'c-1', originType: 'community' }],
    [
      { originId: 'u-1', originType: 'user' },
      { originId: 'u-1', originType: 'user' },
    ],
    [{ userId: 'bob' }, { userId: 'bob' }],
    [{ type: 'virtual' }, { type: 'virtual' }],
    [{ status: 'live' }, { status: 'live' }],
    [{ tags: 'green' }, { 'tags[]': 'green' }],
    [{ onlyAttendee: true }, { onlyAttendee: 'true' }],
    [{ onlyAttendee: false }, {}],
    [
      { from: 0, to: '2026-06-01T00:00:00Z' },
      { startTimeGte: '1970-01-01T00:00:00.000Z', startTimeLte: '2026-06-01T00:00:00.000Z' },
    ],
    [{ orderBy: '-createdAt' }, { sortBy: 'createdAt', orderBy: 'desc' }],
  ] as const)('%j asks for %j', async (query, asked) => {
    const world = createWorld()
    const { store } = world.openTab()
    await store.pullEvents({ ...query, limit: 7 })
    const [request] = world.api.requests()
    expect(Object.fromEntries(new URLSearchParams(request?.search))).toEqual({
      ...asked,
      'options[limit]': '7',
    })
    expect(request?.status).toBe(200)
  })

  test('only those I go to: what I said a moment ago counts', async () => {
    const answers = { ada: { 'event-1': 'going', 'event-2': 'interested' } } as const
    const world = createWorld({ api: { answers } })
    const { store } = world.openTab({ pull: { everyMs: 60_000 } })
    const list = latest(store.events$({ onlyAttendee: true }))
    await world.calm()
    const ids = () => list.value.map(({ eventId }) => eventId).sort()
    expect(ids()).toEqual(['event-1'])
    await store.pullEvent('event-3')
    await store.rsvp('event-3', 'going')
    await store.rsvp('event-1', 'not_going')
    await world.calm()
    expect(ids()).toEqual(['event-3'])
  })

  test('what I said, by status: with all my answers, however many events there are', async () => {
    const answers = { ada: { 'event-1': 'going', 'event-2': 'interested', 'event-3': 'going' } } as const
    const world = createWorld({ api: { answers } })
    const { store } = world.openTab({ pull: { everyMs: 60_000 } })
    const list = latest(store.events$({ myStatus: 'going', limit: 1 }))
    await world.calm()
    expect(marks(list.value)).toEqual({ length: 1, hasMore: true, isComplete: true })
    expect(requested(world.api)).toEqual(['GET /me/rsvps'])
  })

  test('the same query is the same list, however it was written', async () => {
    const world = createWorld()
    const { store } = world.openTab({ pull: { everyMs: 60_000 } })
    record(store.events$({ type: 'virtual', status: ['live'] }))
    record(store.events$({ status: 'live', type: 'virtual', limit: undefined }))
    await world.calm()
    expect(requested(world.api).filter((line) => line === 'GET ')).toHaveLength(1)
  })
})

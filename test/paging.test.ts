import { describe, expect, test } from 'vitest'
import { createWorld, errorReply, until } from './world.ts'

const first = { 'options[limit]': '100' }

/** What each request asked for, without the token of its page. */
const asked = ({ api }: ReturnType<typeof createWorld>) =>
  api.requests().map(({ path, search }) => {
    const params = [...new URLSearchParams(search)].filter(([name]) => name !== 'options[token]')
    return [path.replace('/api/v1/events', ''), Object.fromEntries(params)]
  })

function open(events = 12) {
  const world = createWorld({ api: { events } })
  return { ...world, ...world.openTab(), asked: () => asked(world) }
}

describe('how far a pull goes', () => {
  test.each([
    [99, 1, '99'],
    [100, 1, '100'],
    [101, 2, '100'],
    [200, 2, '100'],
  ])('a limit of %i rows takes %i pages of at most 100', async (limit, pages, size) => {
    const { store, asked } = open(400)
    expect((await store.pullEvents({ limit })).pages).toBe(pages)
    expect(asked()[0]).toEqual(['', { 'options[limit]': size }])
    expect(asked()).toHaveLength(pages)
  })

  test('one event is one request for it alone', async () => {
    const { store, asked } = open()
    expect(await store.pullEvent('event-1')).toMatchObject({ pages: 1, stale: 0, quarantined: [] })
    expect(asked()).toEqual([['/event-1', {}]])
  })

  test('each page is on screen before the next is asked for', async () => {
    const { store, api } = open(257)
    const shown: number[] = []
    api.intercept = async (request, next) => {
      const pages = shown.length
      shown.push((await until(store.events$(), ({ length }) => length >= pages * 100)).length)
      return next(request)
    }
    await store.pullEvents()
    expect(shown).toEqual([0, 100, 200])
  })
})

describe('what a pull asks for', () => {
  const day = Date.UTC(2026, 5, 1)
  const iso = new Date(day).toISOString()

  test.each([
    ['everything', undefined, {}],
    ['by start, as the API does by itself', { orderBy: 'startTime' }, {}],
    ['the latest start first', { orderBy: '-startTime' }, { orderBy: 'desc' }],
    ['by when they were made', { orderBy: 'createdAt' }, { sortBy: 'createdAt' }],
    ['from a day on', { from: day }, { startTimeGte: iso }],
    ['up to a day', { to: day }, { startTimeLte: iso }],
    ['of one status', { status: 'live' }, { status: 'live' }],
  ] as const)('events: %s', async (_, query, params) => {
    const { store, asked } = open()
    await store.pullEvents(query)
    expect(asked()[0]).toEqual(['', { ...params, ...first }])
  })

  test('events by my own status are asked for among my answers', async () => {
    const { store, asked } = open()
    await store.pullEvents({ myStatus: 'going', limit: 7 })
    expect(asked()).toEqual([['/me/rsvps', { status: 'going', 'options[limit]': '7' }]])
  })

  test('my answers, and those of others, by status and up to a limit', async () => {
    const { store, asked } = open()
    await store.pullMyRsvps({ status: 'interested', limit: 3 })
    await store.pullAttendees('event-1', { status: 'going', limit: 2 })
    expect(asked()).toEqual([
      ['/me/rsvps', { status: 'interested', 'options[limit]': '3' }],
      ['/event-1/rsvp', { status: 'going', 'options[limit]': '2' }],
    ])
  })
})

describe('how a pull ends', () => {
  test('a pull that failed is not under way any more', async () => {
    const { store, api } = open()
    api.intercept = async () => errorReply(403, 400300)
    await expect(store.pullEvents()).rejects.toMatchObject({ code: 'refused', failure: { httpStatus: 403 } })
    expect((await until(store.status$, ({ work }) => work !== 'pulling')).work).toBe('idle')
  })

  test('while the whole user waits nobody is asked, and the reason is given', async () => {
    const { store, api, asked } = open()
    api.intercept = async () => errorReply(429, 400311)
    await expect(store.pullEvents()).rejects.toMatchObject({ code: 'unreachable' })
    await expect(store.pullEvents()).rejects.toMatchObject({ code: 'unreachable', message: 'Paused.' })
    expect(asked()).toHaveLength(1)
  })

  test('the next question is not asked once one was refused', async () => {
    const { store, api, asked } = open()
    api.intercept = async () => errorReply(403, 400300)
    await expect(store.pullEvents({ status: ['live', 'ended'] })).rejects.toMatchObject({ code: 'refused' })
    expect(asked()).toEqual([['', { status: 'live', ...first }]])
  })
})

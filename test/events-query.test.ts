import { expect, test } from 'vitest'
import type { EventsQueryInput } from '../src/index.ts'
import { createWorld, hold, latest, now, record } from './world.ts'

const DAY_MS = 24 * 3_600_000
const BASE = Date.UTC(2026, 5, 1)
const day = (count: number) => new Date(BASE + count * DAY_MS)

const event = (eventId: string, start: number, fields: object = {}) => ({
  eventId,
  startTime: day(start).toISOString(),
  createdAt: day(-start).toISOString(),
  status: 'scheduled',
  type: 'in_person',
  originId: 'club',
  originType: 'community',
  userId: 'bob',
  tags: [],
  ...fields,
})

const EVENTS = [
  event('a', 1, { tags: ['green', 'food'] }),
  event('b', 2, { status: 'live', originId: 'town', type: 'virtual' }),
  event('c', 3, { status: 'cancelled', tags: ['food'], userId: 'eve' }),
  event('d', 4, { status: 'ended', originType: 'user', originId: 'eve', userId: 'eve' }),
  event('e', 5, { tags: null }),
  event('gone', 3, { isDeleted: true, tags: ['food'] }),
  { eventId: 'undated', status: 'scheduled', originId: 'club', tags: ['food'] },
]

async function filled() {
  const world = createWorld()
  const tab = world.openTab()
  tab.goOnline(false)
  await tab.store.merge({
    events: [...EVENTS].reverse(),
    eventResponses: [
      { eventId: 'a', userId: 'ada', status: 'going' },
      { eventId: 'b', userId: 'ada', status: 'interested' },
      { eventId: 'gone', userId: 'ada', status: 'going' },
      { eventId: 'c', userId: 'bob', status: 'going' },
    ],
  })
  return { ...world, ...tab }
}

test.each<[string, EventsQueryInput | undefined, string]>([
  ['nothing asked: all by start, the undated last', undefined, 'a b c d e undated'],
  ['an empty query', {}, 'a b c d e undated'],
  ['from, as a number', { from: BASE + 3 * DAY_MS }, 'c d e undated'],
  ['from, as a Date', { from: day(3) }, 'c d e undated'],
  ['from, as ISO', { from: day(3).toISOString() }, 'c d e undated'],
  ['from, as ISO with an offset', { from: '2026-06-04T02:00:00+02:00' }, 'c d e undated'],
  ['to, as a number', { to: BASE + 3 * DAY_MS }, 'a b c'],
  ['to, as a Date', { to: day(3) }, 'a b c'],
  ['to, as ISO', { to: '2026-06-04T00:00:00Z' }, 'a b c'],
  ['from and to, both included', { from: day(2), to: day(4) }, 'b c d'],
  ['from after to', { from: day(4), to: day(2) }, ''],
  ['one status', { status: 'scheduled' }, 'a e undated'],
  ['one status in a list', { status: ['live'] }, 'b'],
  ['several statuses, in order of start', { status: ['ended', 'live'] }, 'b d'],
  ['a status nobody knows', { status: 'postponed' }, ''],
  ['status within a stretch', { status: 'scheduled', from: day(2), to: day(9) }, 'e'],
  ['statuses within a stretch', { status: ['live', 'cancelled'], from: day(3) }, 'c'],
  ['type', { type: 'virtual' }, 'b'],
  ['one tag', { tags: 'food' }, 'a c undated'],
  ['several tags: at least one of them', { tags: ['green', 'food'] }, 'a c undated'],
  ['a tag within a stretch', { tags: 'food', from: day(2), to: day(9) }, 'c'],
  ['a tag, latest first', { tags: 'food', orderBy: 'desc' }, 'undated c a'],
  ['a tag, with a limit', { tags: 'food', limit: 1 }, 'a'],
  ['a tag and a status', { tags: 'food', status: 'cancelled' }, 'c'],
  ['origin', { originId: 'club' }, 'a c e undated'],
  ['origin and status', { originId: 'club', status: 'scheduled' }, 'a e undated'],
  ['origin within a stretch', { originId: 'club', from: day(2), to: day(4) }, 'c'],
  ['origin, latest first, with a limit', { originId: 'club', orderBy: '-startTime', limit: 2 }, 'undated e'],
  ['origin type', { originType: 'user' }, 'd'],
  ['creator', { userId: 'eve' }, 'c d'],
  ['creator and status', { userId: 'eve', status: 'ended' }, 'd'],
  ['orderBy startTime', { orderBy: 'startTime', to: day(9) }, 'a b c d e'],
  ['orderBy asc', { orderBy: 'asc', to: day(9) }, 'a b c d e'],
  ['orderBy -startTime', { orderBy: '-startTime', to: day(9) }, 'e d c b a'],
  ['orderBy desc', { orderBy: 'desc', to: day(9) }, 'e d c b a'],
  ['orderBy createdAt', { orderBy: 'createdAt', to: day(9) }, 'e d c b a'],
  ['orderBy -createdAt', { orderBy: '-createdAt', to: day(9) }, 'a b c d e'],
  [
    'orderBy createdAt, with status and stretch',
    { orderBy: 'createdAt', status: 'scheduled', to: day(9) },
    'e a',
  ],
  [
    'orderBy createdAt, with origin and limit',
    { orderBy: 'createdAt', originId: 'club', to: day(9), limit: 2 },
    'e c',
  ],
  ['orderBy createdAt within a stretch, with a limit', { orderBy: 'createdAt', to: day(2), limit: 1 }, 'b'],
  ['origin within a stretch, both ends included', { originId: 'club', from: day(3), to: day(5) }, 'c e'],
  [
    'one status within a stretch, both ends included',
    { status: 'scheduled', from: day(1), to: day(5) },
    'a e',
  ],
  ['a limit', { limit: 2 }, 'a b'],
  ['a limit beyond the end', { limit: 1_000 }, 'a b c d e undated'],
  ['a limit after a filter, not before it', { status: ['ended', 'cancelled'], limit: 2 }, 'c d'],
  ['my status', { myStatus: 'going' }, 'a'],
  ['several of my statuses', { myStatus: ['going', 'interested'] }, 'a b'],
  ['a status I gave nobody', { myStatus: 'not_going' }, ''],
  ['my status, with another filter', { myStatus: ['going', 'interested'], status: 'live' }, 'b'],
  ['my status, latest first, limited', { myStatus: ['going', 'interested'], orderBy: 'desc', limit: 1 }, 'b'],
])('events$: %s', async (_, query, expected) => {
  const { store } = await filled()
  expect((await now(store.events$(query))).map(({ eventId }) => eventId).join(' ')).toBe(expected)
})

test('events$ by my status follows the overlay: what I just said, not what the server last heard', async () => {
  const { store, calm } = await filled()
  const going = record(store.events$({ myStatus: 'going' }))
  const declined = record(store.events$({ myStatus: 'not_going' }))
  await calm()
  await store.rsvp('e', 'going')
  await store.rsvp('a', 'not_going')
  await calm()
  expect(going.at(-1)?.map(({ eventId }) => eventId)).toEqual(['e'])
  expect(declined.at(-1)?.map(({ eventId }) => eventId)).toEqual(['a'])
})

test('an event that nobody knew is shown as soon as it comes, and so is every change to what it shows', async () => {
  const { store, calm } = await filled()
  const view = latest(store.event$('new'))
  await calm()
  expect(view.value).toBeUndefined()
  const shown = async (bundle: object) => {
    await store.merge(bundle)
    await calm()
    return view.value
  }
  const event = { eventId: 'new', userId: 'bob', coverImageFileId: 'cover' }
  const at = (day: number) => ({ updatedAt: new Date(Date.UTC(2027, 0, day)).toISOString() })
  expect(await shown({ events: [{ ...event, title: 'Old', ...at(1) }] })).toMatchObject({ title: 'Old' })
  expect(await shown({ events: [{ ...event, title: 'New', ...at(2) }] })).toMatchObject({ title: 'New' })
  const host = (displayName: string, day: number) => ({ users: [{ userId: 'bob', displayName, ...at(day) }] })
  expect(await shown(host('Bob', 1))).toMatchObject({ host: { displayName: 'Bob' } })
  expect(await shown(host('Bobby', 2))).toMatchObject({ host: { displayName: 'Bobby' } })
  const cover = (fileUrl: string, day: number) => ({ files: [{ fileId: 'cover', fileUrl, ...at(day) }] })
  expect(await shown(cover('https://x.example/1', 1))).toMatchObject({
    cover: { fileUrl: 'https://x.example/1' },
  })
  expect(await shown(cover('https://x.example/2', 2))).toMatchObject({
    cover: { fileUrl: 'https://x.example/2' },
  })
})

test('events$ keeps its order and its limit while rows come and go', async () => {
  const { store, calm } = await filled()
  const lists = record(store.events$({ limit: 2 }))
  await calm()
  await store.merge({ events: [event('zero', 0)] })
  await calm()
  await store.merge({ events: [{ ...event('zero', 0), isDeleted: true, updatedAt: day(1).toISOString() }] })
  await calm()
  expect(lists.map((list) => list.map(({ eventId }) => eventId).join(' '))).toEqual(['a b', 'zero a', 'a b'])
})

test('events that start at the same moment are ordered by their id, so that no list jumps', async () => {
  const { store } = await filled()
  await store.merge({ events: ['y', 'x', 'z'].map((id) => event(id, 2)) })
  const ids = (await now(store.events$({ from: day(2), to: day(2) }))).map(({ eventId }) => eventId)
  expect(ids).toEqual(['b', 'x', 'y', 'z'])
})

test('pullEvents asks the API for the same, by the API’s own names', async () => {
  const world = createWorld()
  const { store } = world.openTab()
  const holding = hold(world.api)
  void store
    .pullEvents({
      from: day(1),
      to: day(9),
      status: 'live',
      tags: ['a', 'b'],
      type: 'virtual',
      originId: 'club',
      originType: 'community',
      userId: 'bob',
      orderBy: '-createdAt',
      limit: 7,
    })
    .catch(() => undefined)
  const { request } = await holding.at(0)
  expect([...new URL(request.url).searchParams].sort()).toEqual(
    [
      ['startTimeGte', day(1).toISOString()],
      ['startTimeLte', day(9).toISOString()],
      ['status', 'live'],
      ['tags[]', 'a'],
      ['tags[]', 'b'],
      ['type', 'virtual'],
      ['originId', 'club'],
      ['originType', 'community'],
      ['userId', 'bob'],
      ['sortBy', 'createdAt'],
      ['orderBy', 'desc'],
      ['options[limit]', '7'],
    ].sort(),
  )
})

import { expect, test } from 'vitest'
import { createWorld, now, record } from './world.ts'

/** More than one transaction takes at a time. */
const MANY = 90
const many = <T>(make: (at: number) => T): T[] => Array.from({ length: MANY }, (_, at) => make(at))

const eventOf = (at: number) => ({
  eventId: `big-${at}`,
  title: `Event ${at}`,
  startTime: new Date(Date.UTC(2026, 5, 1) + at * 60_000).toISOString(),
  userId: `host-${at}`,
  coverImageFileId: `cover-${at}`,
})
const answerOf = (userId: string, eventId: string) => ({ eventId, userId, status: 'going' })
const mine = (at: number) => answerOf('ada', `big-${at}`)

/** A page that has drawn everything before the next part of a reply comes in. */
function open() {
  const world = createWorld()
  Object.assign(world.clock, { pause: world.calm })
  return { ...world, ...world.openTab() }
}

test('a large reply never shows an event without my answer that came with it', async () => {
  const { store, calm } = open()
  const lists = record(store.events$())
  await store.merge({ events: many(eventOf), eventResponses: many(mine).reverse() })
  await calm()
  expect(lists.length).toBeGreaterThan(2)
  expect(lists.at(-1)).toHaveLength(MANY)
  expect(lists.flat().filter(({ myRsvp }) => myRsvp.status !== 'going')).toEqual([])
})

test('a large reply never shows an event without its host and its picture', async () => {
  const { store, calm } = open()
  const lists = record(store.events$())
  await store.merge({
    events: many(eventOf),
    users: many((at) => ({ userId: `host-${at}`, displayName: 'Host' })),
    files: many((at) => ({ fileId: `cover-${at}`, fileUrl: 'https://x.example/cover' })),
  })
  await calm()
  expect(lists.length).toBeGreaterThan(2)
  expect(lists.at(-1)).toHaveLength(MANY)
  expect(lists.flat().filter(({ host, cover }) => !host || !cover)).toEqual([])
})

test('a large reply brings everything in it: answers of others, and mine to events that it does not hold', async () => {
  const { store } = open()
  const answers = many((at) => answerOf(`guest-${at}`, 'big-0'))
  const report = await store.merge({
    events: [eventOf(0)],
    eventResponses: [...answers, mine(0), mine(1)],
  })
  expect(report).toEqual({ applied: MANY + 3, stale: 0, quarantined: [] })
  expect(await now(store.attendees$('big-0'))).toHaveLength(MANY + 1)
  await store.merge({ events: [eventOf(1)] })
  expect((await now(store.event$('big-1')))?.myRsvp.status).toBe('going')
})

test('one report for all of a large reply: what was new, what was old, what could not be read', async () => {
  const { store } = open()
  const dated = (updatedAt: string) => many((at) => ({ ...eventOf(at), updatedAt }))
  await store.merge({ events: dated('2026-02-01T00:00:00Z') })
  const broken = { eventId: 'bad', title: 5 }
  const report = await store.merge({
    events: [broken, null, ...dated('2026-01-01T00:00:00Z'), 'text', eventOf(100)],
    users: many((at) => ({ userId: `host-${at}` })),
  })
  expect(report).toMatchObject({ applied: MANY + 1, stale: MANY })
  expect(report.quarantined.map(({ table, id }) => `${table} ${id}`)).toEqual([
    'events bad',
    'events undefined',
    'events undefined',
  ])
})

test('an empty reply is a reply: it counts as heard from the server, and changes nothing', async () => {
  const { store, clock } = open()
  expect(await store.merge({ events: [] })).toEqual({ applied: 0, stale: 0, quarantined: [] })
  expect((await now(store.status$)).lastSyncedAt).toBe(clock.now())
})

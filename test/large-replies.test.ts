import { describe, expect, test } from 'vitest'
import type { RsvpStore } from '../src/index.ts'
import { createWorld, hold, isWrite, now, record, startWorld, until } from './world.ts'

/** More than one transaction takes at a time. */
const MANY = 1_300
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
    events: [broken, null, ...dated('2026-01-01T00:00:00Z'), 'text', eventOf(MANY)],
    users: many((at) => ({ userId: `host-${at}` })),
  })
  expect(report).toMatchObject({ applied: MANY + 1, stale: MANY })
  expect(report.quarantined.map(({ table, id }) => `${table} ${id}`).sort()).toEqual([
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

test('rows that fit into one transaction take one', async () => {
  const { store, indexedDB, calm } = open()
  await store.merge({ events: [eventOf(MANY)] })
  await calm()
  const writes = () => indexedDB.transactions.filter(({ mode }) => mode === 'readwrite').length
  const before = writes()
  await store.merge({ events: many(eventOf).slice(0, 400) })
  expect(writes() - before).toBe(1)
  await store.merge({ events: many(eventOf).slice(0, 401) })
  expect(writes() - before).toBe(3)
})

test('nothing in a large pull meets itself: no row of it is stale', async () => {
  const answers = Object.fromEntries(many((at) => [`event-${at + 1}`, 'going'] as const))
  const world = createWorld({ api: { events: MANY, answers: { ada: answers } } })
  const { store } = world.openTab()
  const report = await store.pullMyRsvps()
  expect(report).toMatchObject({ stale: 0, quarantined: [] })
  expect(report.applied).toBeGreaterThan(2 * MANY)
})

describe('while nobody knows whether the server counts my answer already', () => {
  const later = (eventId: string, rsvpCount: number) => ({
    eventId,
    rsvpCount,
    updatedAt: '2030-01-01T00:00:00Z',
  })
  const countOf = async (store: RsvpStore, eventId: string) => (await now(store.event$(eventId)))?.rsvpCount

  async function undecided(kind: 'unheard' | 'on its way') {
    const started = await startWorld()
    const { store, api } = started
    await store.merge({ events: [{ eventId: 'mine', rsvpCount: 10 }] })
    const holding = hold(api, isWrite)
    await store.rsvp('mine', 'going')
    const request = await holding.at(0)
    if (kind === 'unheard') {
      request.lose()
      await until(store.outbox$, ([entry]) => entry?.unheard === true)
    }
    return started
  }

  test.each(['unheard', 'on its way'] as const)('(%s) a row that does not say so waits', async (kind) => {
    const { store } = await undecided(kind)
    expect(await store.merge({ events: [later('mine', 50)] })).toMatchObject({ applied: 0, stale: 1 })
    expect(await countOf(store, 'mine')).toBe(11)
  })

  test('an answer of somebody else, or of mine to another event, does not say so', async () => {
    const { store } = await undecided('on its way')
    const eventResponses = [answerOf('bob', 'mine'), answerOf('ada', 'other')]
    expect(await store.merge({ events: [later('mine', 50)], eventResponses })).toMatchObject({
      applied: 2,
      stale: 1,
    })
    expect(await countOf(store, 'mine')).toBe(11)
  })

  test('a row that comes with my answer is taken, whatever comes with it', async () => {
    const { store } = await undecided('on its way')
    const eventResponses = [answerOf('bob', 'mine'), answerOf('ada', 'mine')]
    expect(await store.merge({ events: [later('mine', 50)], eventResponses })).toMatchObject({
      applied: 3,
      stale: 0,
    })
    expect(await countOf(store, 'mine')).toBe(50)
  })

  test('rows of other events are taken', async () => {
    const { store } = await undecided('on its way')
    await store.rsvp('event-2', 'going')
    expect(await store.merge({ events: [later('other', 50), later('mine', 50)] })).toMatchObject({
      applied: 1,
      stale: 1,
    })
    expect(await countOf(store, 'other')).toBe(50)
  })

  test('an answer that only waits is known not to be counted: the row is taken', async () => {
    const { store, goOnline } = await startWorld()
    await store.merge({ events: [{ eventId: 'mine', rsvpCount: 10 }] })
    goOnline(false)
    await store.rsvp('mine', 'going')
    expect(await store.merge({ events: [later('mine', 50)] })).toMatchObject({ applied: 1, stale: 0 })
    expect(await countOf(store, 'mine')).toBe(51)
  })
})

import { describe, expect, test } from 'vitest'
import { replaces } from '../src/storage/mirror.ts'
import { hold, isIdle, isWrite, latest, now, record, startWorld, untilStatus } from './world.ts'

const at = (seconds: number) => new Date(Date.UTC(2027, 0, 1, 0, 0, seconds)).toISOString()
const told = (seconds: number, fields: object = {}) => ({
  eventId: 'event-1',
  updatedAt: at(seconds),
  ...fields,
})

describe('P4 which row replaces which', () => {
  test.each([
    ['nothing is stored', 5, 1, undefined, true],
    ['the server says newer, though asked for before', 6, 0, { moment: 5, asOf: 9 }, true],
    ['the server says older, though asked for later', 4, 99, { moment: 5, asOf: 9 }, false],
    ['same moment, asked for after the stored one had arrived', 5, 9, { moment: 5, asOf: 9 }, true],
    ['same moment, asked for before the stored one arrived', 5, 8, { moment: 5, asOf: 9 }, false],
  ] as const)('%s', (_, moment, asked, stored, expected) => {
    expect(replaces({ moment, asked }, stored)).toBe(expected)
  })
})

describe('P4 the mirror never goes back in time', () => {
  test('an older row changes nothing and is reported as stale', async () => {
    const { store, calm } = await startWorld()
    await store.merge({ events: [told(10, { title: 'new', rsvpCount: 7 })] })
    const seen = record(store.event$('event-1'))
    expect(await store.merge({ events: [told(9, { title: 'old', rsvpCount: 1 })] })).toMatchObject({
      applied: 0,
      stale: 1,
    })
    await calm()
    expect(new Set(seen.map((view) => view?.title))).toEqual(new Set(['new']))
  })

  test('moments are compared as moments, not as text', async () => {
    const { store } = await startWorld()
    await store.merge({ events: [{ eventId: 'event-1', title: 'new', updatedAt: '2027-01-01T09:30:00Z' }] })
    const report = await store.merge({
      events: [{ eventId: 'event-1', title: 'old', updatedAt: '2027-01-01T10:00:00+02:00' }],
    })
    expect(report).toMatchObject({ applied: 0, stale: 1 })
    expect((await now(store.event$('event-1')))?.title).toBe('new')
  })

  test.each([
    ['answers', 'eventResponses', { eventId: 'event-1', userId: 'ada', status: 'going' }, 'responses'],
    ['people', 'users', { userId: 'ada', displayName: 'new' }, 'users'],
    ['files', 'files', { fileId: 'cover-event-1', altText: 'new' }, 'files'],
  ])('the same holds for %s', async (_, list, row, table) => {
    const { store, rows } = await startWorld()
    await store.merge({ [list]: [{ ...row, updatedAt: at(10) }] })
    const before = await rows(table)
    const old = { ...row, updatedAt: at(9), status: 'not_going', displayName: 'old', altText: 'old' }
    expect(await store.merge({ [list]: [old] })).toMatchObject({ applied: 0, stale: 1 })
    expect(await rows(table)).toEqual(before)
  })

  test('counters are taken over though updatedAt did not move', async () => {
    const { store, api } = await startWorld()
    const before = await now(store.event$('event-1'))
    api.answerAs('bob', 'event-1', 'going')
    await store.pullEvent('event-1')
    const after = await now(store.event$('event-1'))
    expect(after?.updatedAt).toBe(before?.updatedAt)
    expect(after?.rsvpCount).toBe((before?.rsvpCount ?? 0) + 1)
  })

  test('a reply that was asked for earlier and arrives later does not turn counters back', async () => {
    const { store, api, calm } = await startWorld()
    const holding = hold(api)
    const slow = store.pullEvent('event-1')
    const arrive = await (await holding.at(0)).take()
    api.answerAs('bob', 'event-1', 'going')
    const fast = store.pullEvent('event-1')
    ;(await holding.at(1)).pass()
    await fast
    const seen = record(store.event$('event-1'))
    await calm()
    const counted = seen.at(-1)?.rsvpCount
    arrive()
    expect(await slow).toMatchObject({ stale: expect.any(Number), applied: 0 })
    await calm()
    expect(new Set(seen.map((view) => view?.rsvpCount))).toEqual(new Set([counted]))
  })

  test('a pull that was asked for before my answer and arrives after it does not turn my answer back', async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store, api, calm } = world
    const holding = hold(api, (request) => !isWrite(request))
    const slow = Promise.all([store.pullEvents(), store.pullMyRsvps()])
    const late = [await (await holding.at(0)).take(), await (await holding.at(1)).take()]
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, ({ queued }) => queued === 0)
    const seen = record(store.event$('event-1'))
    await calm()
    const [shown] = seen
    for (const arrive of late) arrive()
    await slow
    await calm()
    expect(shown?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
    expect(seen.map((view) => [view?.myRsvp.status, view?.rsvpCount, view?.interestedCount])).toEqual(
      seen.map(() => ['going', shown?.rsvpCount, shown?.interestedCount]),
    )
  })

  test('pulls between two taps never bring an older answer of mine back', async () => {
    const world = await startWorld()
    const { store, api, calm } = world
    const seen = record(store.event$('event-1'))
    await calm()
    for (const status of ['going', 'interested', 'not_going', 'going'] as const) {
      const pulling = Promise.all([store.pullEvents(), store.pullEvent('event-1'), store.pullMyRsvps()])
      await store.rsvp('event-1', status)
      await pulling
      await untilStatus(world, store, isIdle)
    }
    expect(api.writes().map(({ status }) => status)).toEqual(['going', 'interested', 'not_going', 'going'])
    const said = seen.map((view) => view?.myRsvp.status ?? null)
    expect(said.filter((status, index) => status !== said[index - 1])).toEqual([
      null,
      'going',
      'interested',
      'not_going',
      'going',
    ])
  })

  test.each([
    ['the newer one last', [9, 10]],
    ['the newer one first', [10, 9]],
  ])('a row that comes twice in one bundle is stored once, %s', async (_, seconds) => {
    const { store, rows } = await startWorld()
    const events = seconds.map((second) => told(second, { eventId: 'twice', title: `at ${second}` }))
    await store.merge({ events })
    const stored = (await rows<{ row: { eventId: string; title: string } }>('events')).filter(
      ({ row }) => row.eventId === 'twice',
    )
    expect(stored.map(({ row }) => row.title)).toEqual(['at 10'])
  })

  test('a row that comes twice in one reply, far apart: the newer one wins, whichever came first', async () => {
    for (const seconds of [
      [10, 5],
      [5, 10],
    ]) {
      const { store, rows } = await startWorld()
      await store.merge({ events: [told(1, { eventId: 'twice', title: 'at 1' })] })
      const others = Array.from({ length: 120 }, (_, at) => told(2, { eventId: `other-${at}` }))
      const [first, last] = seconds.map((second) => told(second, { eventId: 'twice', title: `at ${second}` }))
      await store.merge({ events: [first, ...others, last] })
      const stored = await rows<{ row: { eventId: string; title: string } }>('events')
      expect(stored.find(({ row }) => row.eventId === 'twice')?.row.title).toBe('at 10')
    }
  })

  test('a row that says nothing new is not written again', async () => {
    const { store, rows } = await startWorld()
    const before = await rows('events')
    const report = await store.pullEvents()
    expect(report).toMatchObject({ applied: 0, quarantined: [] })
    expect(await rows('events')).toEqual(before)
  })

  test('the last of several rows without any date wins', async () => {
    const { store } = await startWorld()
    await store.merge({ events: [{ eventId: 'dateless', title: 'one' }] })
    await store.merge({ events: [{ eventId: 'dateless', title: 'two' }] })
    expect((await now(store.event$('dateless')))?.title).toBe('two')
  })

  test('a live message counts as of now', async () => {
    const { store, api } = await startWorld()
    const row = api.events().find(({ eventId }) => eventId === 'event-1')
    await store.merge({ eventType: 'event.updated', data: { events: [{ ...row, rsvpCount: 99 }] } })
    expect((await now(store.event$('event-1')))?.rsvpCount).toBe(99)
  })

  test('the order also holds after a reload', async () => {
    const { store, openTab } = await startWorld()
    await store.merge({ events: [told(10, { title: 'new' })] })
    await store.close()
    const next = openTab()
    expect(await next.store.merge({ events: [told(9, { title: 'old' })] })).toMatchObject({ stale: 1 })
    expect((await now(next.store.event$('event-1')))?.title).toBe('new')
  })

  test('the device clock has no say: rows of the future and of the past are ordered by the server alone', async () => {
    const { store, clock } = await startWorld()
    await store.merge({ events: [told(10, { title: 'first' })] })
    clock.set(Date.UTC(2040, 0, 1))
    await store.merge({ events: [told(11, { title: 'second' })] })
    clock.set(Date.UTC(2001, 0, 1))
    await store.merge({ events: [told(12, { title: 'third' })] })
    expect((await now(store.event$('event-1')))?.title).toBe('third')
  })

  test('a soft-deleted event leaves the lists and does not come back by an older row', async () => {
    const { store, calm } = await startWorld()
    const list = latest(store.events$())
    await store.merge({ events: [told(10, { isDeleted: true })] })
    await store.merge({ events: [told(9, { isDeleted: false })] })
    await calm()
    expect(list.value.map(({ eventId }) => eventId)).not.toContain('event-1')
  })
})

import { describe, expect, test } from 'vitest'
import {
  createWorld,
  isIdle,
  latest,
  mineAt,
  now,
  record,
  seenAs,
  startWorld,
  untilStatus,
  written,
} from './world.ts'

const answers = [
  { eventId: 'event-1', status: 'going' },
  { eventId: 'event-2', status: 'interested' },
  { eventId: 'event-3', status: 'not_going' },
] as const

describe('several answers at once', () => {
  test('P1 are on disk together before the promise resolves, and each reaches the server', async () => {
    const world = await startWorld()
    const { store, api, goOnline, rows } = world
    goOnline(false)
    const receipts = await store.rsvpAll(answers)
    expect((await rows('outbox')).map(({ eventId, status }) => [eventId, status]).sort()).toEqual(
      answers.map(({ eventId, status }) => [eventId, status]),
    )
    goOnline(true)
    await untilStatus(world, store, isIdle)
    expect(await Promise.all(receipts.map(({ settled }) => settled))).toMatchObject(
      answers.map(({ eventId, status }) => ({ kind: 'accepted', response: { eventId, status } })),
    )
    expect(answers.map(({ eventId }) => mineAt(api, eventId))).toEqual(answers.map(({ status }) => status))
    expect(receipts).toMatchObject(answers)
  })

  test('P5 are shown at once, to each observer in one go', async () => {
    const { store, goOnline, calm } = await startWorld()
    goOnline(false)
    const lists = record(store.events$())
    const view = record(store.event$('event-2'))
    await calm()
    const before = [lists.length, view.length]
    const storing = store.rsvpAll(answers)
    expect([lists.length, view.length]).toEqual(before.map((count) => count + 1))
    const shown = (eventId: string) => lists.at(-1)?.find((one) => one.eventId === eventId)?.myRsvp
    expect(answers.map(({ eventId }) => shown(eventId))).toEqual(
      answers.map(({ status }) => ({ status, sync: 'saving' })),
    )
    await storing
    await calm()
    expect([lists.length, view.length]).toEqual(before.map((count) => count + 2))
    expect(seenAs(view.at(-1))).toContain('interested queued')
  })

  test('in one transaction', async () => {
    const { store, goOnline, indexedDB, calm } = await startWorld()
    goOnline(false)
    await calm()
    const before = indexedDB.transactions.length
    await store.rsvpAll(answers)
    const writes = indexedDB.transactions.slice(before).filter(({ mode }) => mode === 'readwrite')
    expect(writes).toHaveLength(1)
  })

  test('all or none: one event that is over, and nothing is stored and nothing stays shown', async () => {
    const { store, api, rows, calm } = await startWorld()
    api.cancelEvent('event-3')
    await store.pullEvent('event-3')
    const view = latest(store.event$('event-1'))
    await calm()
    await expect(store.rsvpAll(answers)).rejects.toMatchObject({
      code: 'rsvp-closed',
      message: expect.stringContaining('event-3'),
    })
    await calm()
    expect([await rows('outbox'), view.value?.myRsvp]).toEqual([[], { status: null, sync: 'synced' }])
    expect(written(api)).toEqual([])
  })

  test('none at all is no mistake', async () => {
    const { store } = await startWorld()
    expect(await store.rsvpAll([])).toEqual([])
    expect(await now(store.outbox$)).toEqual([])
  })

  test.each([
    ['no list', 'going', 'answers'],
    ['a status that is none', [answers[0], { eventId: 'event-2', status: 'maybe' }], 'answers[1].status'],
    ['no status', [{ eventId: 'event-1' }], 'answers[0].status'],
    ['no event', [{ status: 'going' }], 'answers[0].eventId'],
    ['a field that is none', [{ ...answers[0], why: '?' }], 'answers[0].why'],
    ['one event twice', [answers[0], { ...answers[0], status: 'interested' }], 'answers[1].eventId'],
    ['nothing in it', [undefined], 'answers[0]'],
  ])('not with %s', async (_, input, argument) => {
    const { store } = createWorld().openTab()
    const refused = store.rsvpAll(input as never)
    await expect(refused).rejects.toMatchObject({ code: 'invalid-argument', argument })
    expect(await now(store.outbox$)).toEqual([])
  })
})

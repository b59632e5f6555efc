import { describe, expect, test } from 'vitest'
import {
  attempts,
  entryOf,
  hold,
  isIdle,
  isWrite,
  mineAt,
  now,
  startWorld,
  until,
  untilStatus,
} from './world.ts'

const CLOSED = [
  ['live', 'event-live'],
  ['ended', 'event-ended'],
  ['cancelled', 'event-cancelled'],
] as const

/** An answer waits in a tunnel. */
async function waiting() {
  const world = await startWorld()
  world.goOnline(false)
  const receipt = await world.store.rsvp('event-1', 'going')
  return { ...world, receipt }
}

describe('P11 an answer whose event closes while it waits', () => {
  test.each(CLOSED)(
    '%s: it fails as %s as soon as the store knows, and is not sent',
    async (status, kind) => {
      const { store, api, goOnline, receipt, pass } = await waiting()
      await store.merge({ events: [{ eventId: 'event-1', status, updatedAt: '2099-01-01T00:00:00Z' }] })
      const [entry] = await until(store.outbox$, ([one]) => one?.state === 'failed')
      expect(entry).toMatchObject({ status: 'going', failure: { kind } })
      expect(await receipt.settled).toMatchObject({ kind: 'failed', failure: { kind } })
      expect(await now(store.status$)).toMatchObject({ queued: 0, failed: 1 })
      expect((await now(store.event$('event-1')))?.myRsvp).toMatchObject({ status: null, sync: 'failed' })
      goOnline(true)
      await pass(60_000)
      expect(attempts(api)).toEqual([])
    },
  )

  test('deleted: it fails as event-gone', async () => {
    const { store } = await waiting()
    await store.merge({
      events: [{ eventId: 'event-1', isDeleted: true, updatedAt: '2099-01-01T00:00:00Z' }],
    })
    const [entry] = await until(store.outbox$, ([one]) => one?.state === 'failed')
    expect(entry?.failure?.kind).toBe('event-gone')
  })

  test('the other answers go on', async () => {
    const world = await waiting()
    const { store, api, goOnline } = world
    await store.rsvp('event-2', 'going')
    await store.merge({
      events: [{ eventId: 'event-1', status: 'cancelled', updatedAt: '2099-01-01T00:00:00Z' }],
    })
    goOnline(true)
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-2')).toBe('going')
    expect(await entryOf(store, 'event-1')).toMatchObject({ state: 'failed' })
  })

  test('it is there after a reload, and goes when the user discards it', async () => {
    const { store, openTab, rows } = await waiting()
    await store.merge({
      events: [{ eventId: 'event-1', status: 'ended', updatedAt: '2099-01-01T00:00:00Z' }],
    })
    await store.close()
    const next = openTab()
    expect(await entryOf(next.store, 'event-1')).toMatchObject({ failure: { kind: 'event-ended' } })
    await next.store.discard('event-1')
    expect(await rows('outbox')).toEqual([])
  })

  test('news that is older than what is known closes nothing', async () => {
    const { store, calm } = await waiting()
    await store.merge({
      events: [{ eventId: 'event-1', status: 'ended', updatedAt: '1999-01-01T00:00:00Z' }],
    })
    await calm()
    expect(await entryOf(store, 'event-1')).toMatchObject({ state: 'queued' })
  })

  test('an answer on its way hears its own reply', async () => {
    const world = await startWorld()
    const { store, api } = world
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const held = await holding.at(0)
    const updatedAt = '2099-01-01T00:00:00Z'
    await store.merge({
      events: [{ eventId: 'event-1', status: 'cancelled', updatedAt }],
      eventResponses: [{ eventId: 'event-1', userId: 'ada', status: 'interested' }],
    })
    expect(await entryOf(store, 'event-1')).toMatchObject({ state: 'sending' })
    held.pass()
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('going')
    expect(await now(store.status$)).toMatchObject({ failed: 0 })
  })

  test('an answer to an event that is live already is the server’s to judge', async () => {
    const world = await startWorld()
    const { store, api } = world
    await store.merge({ events: [{ eventId: 'event-1', status: 'live', updatedAt: '2099-01-01T00:00:00Z' }] })
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('going')
  })
})

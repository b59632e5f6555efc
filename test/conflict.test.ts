import { describe, expect, test, vi } from 'vitest'
import type { Conflict, RsvpStoreOptions } from '../src/index.ts'
import { createWorld, hold, isIdle, isWrite, mineAt, now, startWorld, untilStatus, written } from './world.ts'

type Choose = NonNullable<RsvpStoreOptions['onConflict']>

const ANSWERED = { answers: { ada: { 'event-1': 'interested' } } } as const

/** Ada answers in a tunnel; meanwhile her other phone says something else. */
async function conflict(onConflict: Choose | undefined, theirs: 'going' | 'not_going' = 'not_going') {
  const world = await startWorld({ api: ANSWERED }, { onConflict })
  const { store, api, goOnline } = world
  goOnline(false)
  const receipt = await store.rsvp('event-1', 'going')
  api.answerAs('ada', 'event-1', theirs)
  const before = api.requests().length
  goOnline(true)
  await untilStatus(world, store, isIdle)
  return { ...world, receipt, sent: () => api.requests().slice(before) }
}

describe('my answer waited while another device gave another', () => {
  test('the newest intent wins by default, and nothing is read for that', async () => {
    const { api, sent } = await conflict(undefined)
    expect(mineAt(api, 'event-1')).toBe('going')
    expect(sent().map(({ method }) => method)).toEqual(['PUT'])
  })

  test('onConflict is told of the base, of theirs and of mine', async () => {
    const choose = vi.fn<Choose>(() => 'mine')
    const { api } = await conflict(choose)
    expect(choose.mock.calls).toEqual([
      [{ eventId: 'event-1', base: 'interested', theirs: 'not_going', mine: 'going' } satisfies Conflict],
    ])
    expect(mineAt(api, 'event-1')).toBe('going')
  })

  test('theirs: nothing is sent, my answer is superseded, and the view shows theirs', async () => {
    const { api, store, receipt, rows } = await conflict(() => 'theirs')
    expect(written(api)).toEqual([])
    expect(await receipt.settled).toEqual({ kind: 'superseded' })
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'not_going', sync: 'synced' })
    expect(await rows('outbox')).toEqual([])
  })

  test('the choice may take its time', async () => {
    const { api } = await conflict(() => Promise.resolve('theirs'))
    expect(mineAt(api, 'event-1')).toBe('not_going')
  })

  test.each<[string, Choose]>([
    [
      'throws',
      () => {
        throw new Error('not today')
      },
    ],
    ['rejects', () => Promise.reject(new Error('not today'))],
    ['says nonsense', () => 'whatever' as never],
  ])('a choice that %s stops nothing: the newest intent wins', async (_, choose) => {
    const { api } = await conflict(choose)
    expect(mineAt(api, 'event-1')).toBe('going')
  })
})

describe('what is no conflict', () => {
  test('the server has what it had when I answered', async () => {
    const choose = vi.fn<Choose>(() => 'theirs')
    const world = await startWorld({ api: ANSWERED }, { onConflict: choose })
    await world.store.rsvp('event-1', 'going')
    await untilStatus(world, world.store, isIdle)
    expect(choose).not.toHaveBeenCalled()
    expect(mineAt(world.api, 'event-1')).toBe('going')
  })

  test('the other device says what I say', async () => {
    const choose = vi.fn<Choose>(() => 'theirs')
    const { api, receipt } = await conflict(choose, 'going')
    expect(choose).not.toHaveBeenCalled()
    expect(written(api)).toEqual([])
    expect(await receipt.settled).toMatchObject({ kind: 'accepted' })
  })

  test('what a request of my own has left there', async () => {
    const choose = vi.fn<Choose>(() => 'theirs')
    const world = createWorld()
    const { store } = world.openTab({ onConflict: choose })
    const holding = hold(world.api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    await store.rsvp('event-1', 'not_going')
    await first.loseReply()
    holding.open()
    await untilStatus(world, store, isIdle)
    expect(choose).not.toHaveBeenCalled()
    expect(mineAt(world.api, 'event-1')).toBe('not_going')
  })
})

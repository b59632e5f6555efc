import { expect, test, vi } from 'vitest'
import { createLine } from '../src/sync/line.ts'
import { platform } from './platform.ts'
import {
  createWorld,
  entryOf,
  errorReply,
  hold,
  holdWrites,
  isIdle,
  isWrite,
  mineAt,
  untilStatus,
  written,
} from './world.ts'

/** A store that sends four answers at once, all of which are held, and has claimed a fifth. */
async function withOneInLine() {
  const world = createWorld({ api: { events: 6 } })
  const { store, goOnline } = world.openTab()
  const holding = hold(world.api, isWrite)
  goOnline(false)
  for (let at = 1; at <= 5; at += 1) await store.rsvp(`event-${at}`, 'going')
  goOnline(true)
  await world.pass(1_000)
  await holding.at(3)
  await world.calm()
  return { ...world, store, holding, goOnline }
}

test('what is to go next is claimed before there is a slot, and no more than may be sent at once is sent', async () => {
  const { holding, store } = await withOneInLine()
  expect(holding.held).toHaveLength(4)
  expect(await entryOf(store, 'event-5')).toMatchObject({ state: 'sending' })
})

test('an answer that is changed while it stands in line is sent once, as last meant', async () => {
  const world = await withOneInLine()
  const { store, holding, api } = world
  await store.rsvp('event-5', 'interested')
  holding.open()
  await untilStatus(world, store, isIdle)
  expect(mineAt(api, 'event-5')).toBe('interested')
  expect(written(api, 'event-5')).toEqual(['POST interested'])
})

test('when the server asks for a pause, what stands in line waits for its end, and counts no failure', async () => {
  const { store, holding, calm } = await withOneInLine()
  holding.held[0]?.answer(errorReply(429, 429000))
  await calm()
  expect(holding.held).toHaveLength(4)
  expect(await entryOf(store, 'event-5')).toMatchObject({ state: 'queued', failures: 0, unheard: false })
})

test('when the network goes, what stands in line is not tried, and counts no failure', async () => {
  const { store, holding, calm, goOnline } = await withOneInLine()
  goOnline(false)
  for (const one of holding.held) one.lose()
  await calm()
  expect(holding.held).toHaveLength(4)
  expect(await entryOf(store, 'event-5')).toMatchObject({ state: 'queued', failures: 0, unheard: false })
})

test('what has stood in line for so long that its time might not suffice is claimed anew, and goes', async () => {
  const world = await withOneInLine()
  const { store, holding, api, clock } = world
  const lease = (await entryOf(store, 'event-5'))?.lease?.id
  clock.advance(12_000)
  holding.held[0]?.pass()
  await (await holding.at(4)).pass()
  expect((await entryOf(store, 'event-5'))?.lease?.id).not.toBe(lease)
  holding.open()
  await untilStatus(world, store, isIdle)
  expect(written(api, 'event-5')).toEqual(['POST going'])
})

test('a slot that is given back goes to who waits longest, and to nobody else', async () => {
  const line = createLine(1)
  const leave = await line.enter()
  const came: string[] = []
  const first = line.enter().then((leave) => {
    came.push('first')
    return leave
  })
  leave()
  expect(line.isFull()).toBe(true)
  const second = line.enter().then(() => came.push('second'))
  ;(await first)()
  await second
  expect(came).toEqual(['first', 'second'])
})

test('a slot that is given back twice is one slot', async () => {
  const line = createLine(1)
  const leave = await line.enter()
  leave()
  leave()
  await line.enter()
  expect(line.isFull()).toBe(true)
  let isIn = false
  line.enter().then(() => {
    isIn = true
  })
  await platform.turn()
  expect(isIn).toBe(false)
})

test('a lease runs from when it is taken, however long the device took for that', async () => {
  const world = createWorld()
  const { store, goOnline } = world.openTab()
  const holding = hold(world.api, isWrite)
  goOnline(false)
  await store.rsvp('event-1', 'going')
  await world.calm()
  const release = await holdWrites(world)
  const waiting = () => world.indexedDB.transactions.filter(({ mode, done }) => mode === 'readwrite' && !done)
  goOnline(true)
  world.clock.advance(1_000)
  await vi.waitFor(() => expect(waiting().some(({ tables }) => tables.includes('meta'))).toBe(true))
  world.clock.advance(3_000)
  release()
  await holding.at(0)
  expect((await entryOf(store, 'event-1'))?.lease?.until).toBe(world.clock.now() + 30_000)
})

import { expect, test } from 'vitest'
import { createFakeClock } from '../src/testing.ts'
import { createWorld, record, seenAs, startWorld, until } from './world.ts'

const rowsOf = (count: number) =>
  Array.from({ length: count }, (_, at) => ({
    eventId: `big-${at}`,
    title: `Event ${at}`,
    status: 'scheduled',
    startTime: new Date(Date.UTC(2026, 5, 1) + at * 60_000).toISOString(),
    rsvpCount: at,
    interestedCount: 0,
  }))

/** A clock that counts how often the main thread was given back, and lets the test act then. */
function pausingClock(start: number, paused: (times: number) => void | Promise<void> = () => {}) {
  const clock = createFakeClock(start)
  let times = 0
  return {
    clock: Object.assign(clock, {
      pause: async () => {
        times += 1
        await paused(times)
      },
    }),
    times: () => times,
  }
}

test('P10 five thousand rows merge in many small transactions, and the thread is given back between them', async () => {
  const world = createWorld()
  const { clock, times } = pausingClock(world.clock.now())
  const { store } = world.openTab({ ports: { clock } })
  await store.merge({ events: [{ eventId: 'first' }] })
  const before = world.indexedDB.transactions.length
  const report = await store.merge({ events: rowsOf(5_000) })
  expect(report).toEqual({ applied: 5_000, stale: 0, quarantined: [] })
  const writes = world.indexedDB.transactions
    .slice(before)
    .filter(({ mode, tables }) => mode === 'readwrite' && tables.includes('events'))
  expect(writes.length).toBeGreaterThanOrEqual(5_000 / 400)
  expect(times()).toBeGreaterThanOrEqual(5_000 / 50 - writes.length)
})

test('P10 a tap in the middle of a large merge is seen at once and stored before the merge is through', async () => {
  const world = createWorld()
  const marks: string[] = []
  let tapped: Promise<unknown> | undefined
  const { clock } = pausingClock(world.clock.now(), async (times) => {
    if (times !== 10) return
    const before = seen.length
    tapped = store.rsvp('big-1', 'going').then(() => marks.push('stored'))
    marks.push(seen.length > before ? seenAs(seen.at(-1)) : 'not seen')
    await tapped
  })
  const { store, goOnline } = world.openTab({ ports: { clock } })
  goOnline(false)
  await store.merge({ events: rowsOf(2) })
  const seen = record(store.event$('big-1'))
  await until(store.event$('big-1'), (view) => view !== undefined)
  await store.merge({ events: rowsOf(800) }).then(() => marks.push('merged'))
  expect(marks).toEqual(['going saving 2/0', 'stored', 'merged'])
})

test('P10 a large merge goes on under a watched list without reading it again for every slice', async () => {
  const world = await startWorld()
  const { store, indexedDB, calm } = world
  const lists = record(store.events$({ limit: 20 }))
  await calm()
  const before = indexedDB.transactions.length
  await store.merge({ events: rowsOf(1_000) })
  await calm()
  const reads = indexedDB.transactions.slice(before).filter(({ mode }) => mode === 'readonly')
  const writes = indexedDB.transactions.slice(before).filter(({ mode }) => mode === 'readwrite')
  expect(reads.length).toBeLessThanOrEqual(writes.length * 3 + 10)
  expect(lists.length).toBeLessThanOrEqual(writes.length + 2)
})

test('P10 a pull gives the thread back between its slices too', async () => {
  const world = createWorld({ api: { events: 107 } })
  const { clock, times } = pausingClock(world.clock.now())
  const { store } = world.openTab({ ports: { clock } })
  const report = await store.pullEvents()
  expect(report.applied).toBeGreaterThan(100)
  expect(times()).toBeGreaterThan(2)
})

test('P10 an observer of one event is not woken by rows of others', async () => {
  const { store, calm } = await startWorld()
  const seen = record(store.event$('event-1'))
  await calm()
  await store.merge({ events: rowsOf(200) })
  await calm()
  expect(seen).toHaveLength(1)
})

test('P10 ten observers of one list share one query', async () => {
  const { store, calm, indexedDB } = await startWorld()
  const lists = Array.from({ length: 10 }, () => record(store.events$({ limit: 5 })))
  await calm()
  const before = indexedDB.transactions.length
  await store.merge({ events: rowsOf(1) })
  await calm()
  const reads = indexedDB.transactions
    .slice(before)
    .filter(({ mode, tables }) => mode === 'readonly' && tables.includes('events'))
  expect(reads.length).toBeLessThanOrEqual(2)
  expect(lists.every((list) => list.at(-1) === lists[0]?.at(-1))).toBe(true)
})

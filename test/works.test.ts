import { expect, test } from 'vitest'
import type { Lease, OutboxRow } from '../src/model/outbox-entry.ts'
import { createLife } from '../src/sync/life.ts'
import { createWorks } from '../src/sync/works.ts'
import { createFakeClock, createFakeLocks } from '../src/testing.ts'

const HOUR_MS = 3_600_000
const TIMEOUT_MS = 20_000
/** A request's time, and ten seconds. */
const LEASE_MS = 30_000
/** A request's time, and a minute. */
const STALL_MS = 80_000

/** What a tab has under way, and its locks; nothing goes but by the test's own hand. */
function startTab() {
  const clock = createFakeClock()
  const works = createWorks(clock, TIMEOUT_MS)
  const locks = createFakeLocks()
  const life = createLife(locks, 'tab')
  let begun = 0
  const begin = (eventId: string) => {
    begun += 1
    return works.begin(eventId, `tab-1.${begun}`, life.begin())
  }
  return { clock, works, locks, begin }
}

const watchedUntil = (moment: number, eventId = 'event-1') => ({ eventId, watchedUntil: moment }) as OutboxRow

test('a watch lasts as long as it was to, though the clock is set on while it runs', () => {
  const { clock, works } = startTab()
  const row = watchedUntil(clock.now() + HOUR_MS)
  expect(works.lasting(row)).toEqual(row)
  clock.advance(HOUR_MS / 4)
  clock.set(clock.now() + 10 * HOUR_MS)
  expect(works.lasting(row).watchedUntil).toBe(clock.now() + (3 / 4) * HOUR_MS)
  clock.advance(HOUR_MS / 2)
  expect(works.lasting(row).watchedUntil).toBe(clock.now() + HOUR_MS / 4)
})

test('a watch ends no sooner than it says, though the clock is set back', () => {
  const { clock, works } = startTab()
  const row = watchedUntil(clock.now() + HOUR_MS)
  works.lasting(row)
  clock.set(clock.now() - HOUR_MS)
  expect(works.lasting(row)).toEqual(row)
})

test('each watch is measured by itself: of each event, and of one event anew', () => {
  const { clock, works } = startTab()
  const one = watchedUntil(clock.now() + HOUR_MS)
  works.lasting(one)
  clock.set(clock.now() + HOUR_MS)
  const other = watchedUntil(clock.now() + HOUR_MS / 2, 'event-2')
  const anew = watchedUntil(clock.now() + HOUR_MS / 3)
  for (const row of [other, anew]) expect(works.lasting(row)).toEqual(row)
  expect(works.lasting(one).watchedUntil).toBe(clock.now() + HOUR_MS)
})

test('a row that nobody watches stays what it is', () => {
  const { works } = startTab()
  const row = { eventId: 'event-1' } as OutboxRow
  expect(works.lasting(row)).toBe(row)
})

test('a lease ends when it says, unless that is later than any lease lasts', () => {
  const { clock, works } = startTab()
  const lease: Lease = { id: 'other-1.1', until: clock.now() + LEASE_MS / 2, answerId: 'a', status: 'going' }
  expect(works.leaseEnd(undefined)).toBe(0)
  expect(works.leaseEnd(lease)).toBe(lease.until)
  clock.set(clock.now() - HOUR_MS)
  const seen = clock.now()
  expect(works.leaseEnd(lease)).toBe(seen + LEASE_MS)
  clock.advance(10_000)
  expect(works.leaseEnd(lease)).toBe(seen + LEASE_MS)
})

test('what is done but for writing it takes no place, and is under way all the same', () => {
  const { works, begin, clock } = startTab()
  expect(works.state$.value.sending).toEqual([])
  const one = begin('event-1')
  begin('event-2')
  expect(works.count()).toBe(2)
  expect(one.until).toBe(clock.elapsed() + LEASE_MS)
  one.isDone = true
  expect(works.count()).toBe(1)
  expect(works.state$.value.sending).toEqual(['event-1', 'event-2'])
  works.done(one)
  expect(works.state$.value.sending).toEqual(['event-2'])
  expect(works.has('event-1')).toBe(false)
})

test('a store may close while all that is under way waits for its lock, and not before what waits no more has ended', async () => {
  const { works, begin } = startTab()
  expect(works.canStop()).toBe(true)
  const one = begin('event-1')
  expect(works.canStop()).toBe(true)
  await one.locked
  begin('event-2')
  expect(works.canStop()).toBe(false)
  works.done(one)
  expect(works.canStop()).toBe(true)
})

test('what has stood still for a minute beyond its time is told by what it waits for, and not before', async () => {
  const { clock, works, begin } = startTab()
  begin('event-1')
  expect(works.stallsIn()).toEqual([STALL_MS])
  clock.advance(STALL_MS - 1)
  expect(works.stuckOn()).toBeUndefined()
  clock.advance(1)
  expect(works.stuckOn()).toBe('lock')
  await works.begin('event-1', 'tab-1.9', createLife(createFakeLocks(), 'tab').begin()).locked
  clock.advance(STALL_MS)
  expect(works.stuckOn()).toBe('storage')
})

test('a device that refuses every claim for a minute has stalled, and one claim that it takes ends that', () => {
  const { clock, works } = startTab()
  works.claimed(false)
  clock.advance(59_999)
  works.claimed(false) // the minute counts from the first
  expect(works.stuckOn()).toBeUndefined()
  clock.advance(1)
  expect(works.stuckOn()).toBe('storage')
  works.claimed(true)
  expect(works.stuckOn()).toBeUndefined()
})

test('what was given up says why until something goes well, and what comes of it later changes nothing', () => {
  const { clock, works, begin } = startTab()
  const lost = begin('event-1')
  works.claimed(false)
  works.giveUp('request')
  expect(works.state$.value).toEqual({ sending: [], stalled: 'request' })
  clock.advance(STALL_MS)
  expect(works.stuckOn()).toBeUndefined()

  const anew = begin('event-1')
  expect([works.owns(lost), works.owns(anew)]).toEqual([false, true])
  works.done(lost)
  expect(works.has('event-1')).toBe(true)
  works.wentWell()
  works.done(anew)
  expect(works.state$.value).toEqual({ sending: [], stalled: undefined })
})

import { expect, test } from 'vitest'
import { createWorld, isIdle, mineAt, now, record, seenAs, until, untilStatus, written } from './world.ts'

test('answers given offline are seen at once, survive a reload and reach the server as last meant', async () => {
  const world = createWorld()
  const first = world.openTab()
  await first.store.pullEvents()
  first.goOnline(false)
  const seen = record(first.store.event$('event-1'))
  await until(first.store.event$('event-1'), (view) => view !== undefined)

  const stored = first.store.rsvp('event-1', 'going')
  expect(seenAs(seen.at(-1))).toContain('going saving')
  await stored
  expect(await now(first.store.outbox$)).toHaveLength(1)
  await first.store.rsvp('event-2', 'interested')
  await first.store.rsvp('event-1', 'not_going')
  await first.store.close()

  const second = world.openTab()
  const settled = second.store.settled('event-1')
  await untilStatus(world, second.store, isIdle)
  expect(mineAt(world.api, 'event-1')).toBe('not_going')
  expect(mineAt(world.api, 'event-2')).toBe('interested')
  expect(await settled).toMatchObject({ kind: 'accepted', response: { status: 'not_going' } })
  expect(written(world.api, 'event-1')).toEqual(['POST not_going'])
})

test('a clock that moves on while the store looks at it leaves no due answer lying', async () => {
  const world = createWorld()
  const start = world.clock.now()
  let looks = 0
  const { store } = world.openTab({
    ports: {
      clock: { ...world.clock, now: () => start + looks++ },
      fetch: (request) => world.api.fetch(request),
    },
  })
  await store.rsvp('event-1', 'going')
  await until(store.status$, ({ queued }) => queued === 0)
  expect(mineAt(world.api, 'event-1')).toBe('going')
})

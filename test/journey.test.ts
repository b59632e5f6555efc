import { expect, test } from 'vitest'
import { createWorld, mineAt, now, record, until } from './world.ts'

test('answers given offline are seen at once, survive a reload and reach the server', async () => {
  const world = createWorld()
  const first = world.openTab()
  await first.store.pullEvents()
  first.goOnline(false)
  const seen = record(first.store.event$('event-1'))
  await until(first.store.event$('event-1'), (view) => view !== undefined)
  const done = first.store.rsvp('event-1', 'going')
  console.log(seen.map((v) => v && [v.myRsvp, v.rsvpCount]))
  await done
  expect((await now(first.store.outbox$)).length).toBe(1)
  await first.store.rsvp('event-2', 'interested')
  await first.store.rsvp('event-1', 'not_going')
  await first.store.close()
  const second = world.openTab()
  const s = record(second.store.status$)
  const settled = second.store.settled('event-1')
  await until(second.store.status$, ({ queued, work }) => work === 'idle' && queued === 0)
  console.log(seen.map((v) => v && [v.myRsvp, v.rsvpCount]), s.length, second.network.log)
  expect(mineAt(world.api, 'event-1')).toBe('not_going')
  expect(mineAt(world.api, 'event-2')).toBe('interested')
  console.log(await settled, world.api.writes())
})

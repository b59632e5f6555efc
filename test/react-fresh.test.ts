import { expect, test } from 'vitest'
import { createHoldings } from '../src/react/held.ts'
import { eventQuestion } from '../src/react/questions.ts'
import { createWorld } from './world.ts'

const MINUTE_MS = 60_000

/** What the components of a page hold of the store of a tab that pulls every minute. */
function openPage() {
  const world = createWorld()
  const { store } = world.openTab({ pull: { everyMs: MINUTE_MS } })
  const held = createHoldings(store, world.clock)
  const requests = () => world.api.requests().length
  return { ...world, held, requests }
}

test('what a component shows is kept fresh, and nothing is asked for once it has gone', async () => {
  const { held, requests, pass } = openPage()
  const stop = held(eventQuestion('event-1')).subscribe(() => {})
  await pass(MINUTE_MS / 2)
  const first = requests()
  expect(first).toBeGreaterThan(0)
  await pass(3 * MINUTE_MS)
  const last = requests()
  expect(last).toBeGreaterThan(first)
  stop()
  await pass(10 * MINUTE_MS)
  expect(requests()).toBe(last)
})

test('a component that suspends and goes without a word is asked for no longer than a minute', async () => {
  const { held, requests, pass, clock } = openPage()
  const { known, latest } = held(eventQuestion('no-such-event'))
  void known()
  await pass(MINUTE_MS)
  const last = requests()
  expect(last).toBeGreaterThan(0)
  await pass(10 * MINUTE_MS)
  expect([requests(), latest()]).toEqual([last, undefined])
  expect(clock.alarms()).toEqual([])
})

import { expect, test } from 'vitest'
import { figuresOf, firstRequests } from './simulate/fleet-figures.ts'
import { type FleetOptions, play } from './simulate/fleet-scenes.ts'

// The same fleet as `npm run simulate:fleet`, small and after less trouble; docs/fleet.md has it at full size.
const MINUTE_MS = 60_000
const FLEET: FleetOptions = { clients: 30, seed: 7, groupSize: 10 }
const SLOW_MACHINE_MS = 180_000 // no test waits for time

/** In how many of `parts` equal parts of this time does something happen? */
const partsUsed = (moments: readonly number[], lengthMs: number, parts: number): number =>
  new Set(moments.map((at) => Math.floor((at * parts) / lengthMs))).size

test(
  'P8 a fleet whose network comes back at one moment uses all of the second that it has',
  async () => {
    const { after, answers } = await play('network back', { ...FLEET, troubleMs: 3 * MINUTE_MS })
    const firsts = firstRequests(after)
    expect(firsts).toHaveLength(30)
    expect(Math.max(...firsts)).toBeLessThan(1_000)
    expect(partsUsed(firsts, 1_000, 5)).toBe(5)
    expect(partsUsed(firsts, 1_000, 1_000)).toBeGreaterThan(25)
    expect(after.filter(({ status }) => status === 200)).toHaveLength(answers)
  },
  SLOW_MACHINE_MS,
)

test(
  'P8 a fleet that waits for a server comes back over minutes, and did not hammer it before',
  async () => {
    const played = await play('server back', { ...FLEET, troubleMs: 6 * MINUTE_MS })
    const firsts = firstRequests(played.after)
    const { busiest } = figuresOf(played)
    expect(firsts).toHaveLength(30)
    expect(Math.max(...firsts)).toBeLessThanOrEqual(300_000)
    expect(partsUsed(firsts, 300_000, 5)).toBeGreaterThanOrEqual(3)
    expect(busiest).toBeLessThanOrEqual(10)
    expect(played.during.length / played.answers).toBeLessThanOrEqual(15)
  },
  SLOW_MACHINE_MS,
)

test(
  'P8 nobody in a fleet that was told to slow down comes before its 30 seconds are over',
  async () => {
    const played = await play('refused', { ...FLEET, troubleMs: 4 * MINUTE_MS })
    const { soonestAfter429Ms, lastClientMs, busiest } = figuresOf(played)
    expect(played.during.length).toBeGreaterThan(100)
    expect(played.during.every(({ status }) => status === 429)).toBe(true)
    expect(soonestAfter429Ms).toBeGreaterThanOrEqual(30_000)
    expect(lastClientMs).toBeGreaterThan(MINUTE_MS)
    expect(busiest).toBeLessThanOrEqual(10)
  },
  SLOW_MACHINE_MS,
)

test(
  'P8 these measures would show a herd: without jitter the fleet comes in step',
  async () => {
    const played = await play('server back', { ...FLEET, jitter: false, troubleMs: 2 * MINUTE_MS })
    const firsts = firstRequests(played.after)
    expect(Math.max(...firsts) - Math.min(...firsts)).toBeLessThan(2_000)
    expect(figuresOf(played).busiest).toBeGreaterThan(30)
  },
  SLOW_MACHINE_MS,
)

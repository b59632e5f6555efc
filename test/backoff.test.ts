import { describe, expect, test } from 'vitest'
import { backoffMs } from '../src/sync/backoff.ts'
import { createFakeRandom } from '../src/testing.ts'

const PHONE = { baseMs: 1_000, capMs: 300_000 }

describe('backoff', () => {
  test.each([
    [0, 1_000],
    [1, 2_000],
    [2, 4_000],
    [8, 256_000],
    [9, 300_000],
    [50, 300_000],
    [5_000, 300_000],
    [Number.MAX_SAFE_INTEGER, 300_000],
  ])('after %i failures the wait is drawn from up to %i ms', (failures, ceiling) => {
    expect(backoffMs(failures, PHONE, () => 0.999_999_999)).toBeCloseTo(ceiling, 0)
    expect(backoffMs(failures, PHONE, () => 0.5)).toBeCloseTo(ceiling / 2, 0)
  })

  test('a random zero is no hot loop', () => {
    for (const failures of [0, 1, 50]) expect(backoffMs(failures, PHONE, () => 0)).toBeGreaterThanOrEqual(100)
  })

  test('what the server asked for is a floor, with the jitter on top', () => {
    expect(backoffMs(0, PHONE, () => 0, 30_000)).toBeGreaterThan(30_000)
    expect(backoffMs(0, PHONE, () => 0.999_999, 30_000)).toBeLessThanOrEqual(31_000)
    expect(backoffMs(0, PHONE, () => 0.5, 30_000)).not.toBe(backoffMs(0, PHONE, () => 0.6, 30_000))
  })

  test('a fleet spreads over all of the range', () => {
    const random = createFakeRandom(7)
    const waits = Array.from({ length: 1_000 }, () => backoffMs(4, PHONE, random))
    const buckets = new Set(waits.map((wait) => Math.floor(wait / 1_600)))
    expect(buckets.size).toBe(10)
    expect(Math.max(...waits)).toBeLessThanOrEqual(16_000)
  })

  test('a cap below the base is the cap', () => {
    for (const dice of [0, 0.5, 0.999]) {
      const wait = backoffMs(0, { baseMs: 1_000, capMs: 50 }, () => dice)
      expect(wait).toBeGreaterThan(0)
      expect(wait).toBeLessThanOrEqual(50)
    }
  })

  test('every wait is a number that a timer understands', () => {
    for (let failures = 0; failures < 2_000; failures += 1) {
      const wait = backoffMs(failures, PHONE, () => 0.999)
      expect(Number.isFinite(wait) && wait < 2 ** 31).toBe(true)
    }
  })
})

import { expect, test } from 'vitest'
import { retryAfterMs } from '../src/remote/retry-after.ts'

const NOW = Date.UTC(2026, 0, 1, 12, 0, 0)
const HOUR_MS = 3_600_000
const SERVER = 'Thu, 01 Jan 2026 12:00:00 GMT'

test.each<[string | null, string | null, number | undefined]>([
  // seconds
  ['0', null, 0],
  ['1', null, 1_000],
  ['120', null, 120_000],
  [' 7 ', null, 7_000],
  ['007', null, 7_000],
  ['3600', null, HOUR_MS],
  ['99999999999', null, HOUR_MS],
  ['9'.repeat(400), null, HOUR_MS],
  // what only looks like seconds
  ['-5', null, undefined],
  ['1.5', null, undefined],
  ['+3', null, undefined],
  ['1e3', null, undefined],
  ['0x10', null, undefined],
  ['12 s', null, undefined],
  ['NaN', null, undefined],
  ['Infinity', null, undefined],
  ['', null, undefined],
  ['   ', null, undefined],
  [null, null, undefined],
  ['soon', null, undefined],
  ['٣', null, undefined],
  // dates, against the server's own clock
  ['Thu, 01 Jan 2026 12:00:30 GMT', SERVER, 30_000],
  ['Thu, 01 Jan 2026 12:00:30 GMT', null, 30_000],
  ['Thu, 01 Jan 2026 12:00:30 GMT', 'garbage', 30_000],
  ['Thu, 01 Jan 2026 18:00:30 GMT', 'Thu, 01 Jan 2026 18:00:00 GMT', 30_000],
  ['Thu, 01 Jan 2026 11:00:00 GMT', SERVER, 0],
  ['Fri, 01 Jan 2027 12:00:00 GMT', SERVER, HOUR_MS],
  ['Thu, 99 Jan 2026 12:00:00 GMT', SERVER, undefined],
  // what only looks like a date
  ['2026-01-01T12:00:30Z', SERVER, undefined],
  ['01 Jan 2026 12:00:30', SERVER, undefined],
  ['01 Jan 2026 12:00:30 GMT', SERVER, undefined],
  ['Thu, 01 Jan 2026 12:00:30 GMT+0100', SERVER, undefined],
])('Retry-After %j, Date %j: %j ms', (header, serverDate, expected) => {
  expect(retryAfterMs(header, serverDate, NOW)).toBe(expected)
})

test('a phone whose clock is an hour off still waits as long as the server meant', () => {
  for (const off of [-HOUR_MS, HOUR_MS])
    expect(retryAfterMs('Thu, 01 Jan 2026 12:00:30 GMT', SERVER, NOW + off)).toBe(30_000)
})

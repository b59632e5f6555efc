import type { RandomPort } from '../ports.ts'

export interface Backoff {
  /** The longest first wait, in milliseconds. */
  readonly baseMs: number
  /** The longest wait of all, in milliseconds. */
  readonly capMs: number
}

/** No wait is shorter than this part of `baseMs`: a random 0 must not become a hot loop. */
const SHORTEST = 0.1

/**
 * Full jitter after the cap: anything up to `min(cap, base · 2^failures)`, so that a fleet does not come back
 * in step. What the server asked for is a floor, with the jitter on top.
 */
export function backoffMs(
  failures: number,
  { baseMs, capMs }: Backoff,
  random: RandomPort,
  floorMs = 0,
): number {
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(failures, 30))
  return floorMs + Math.max(Math.min(baseMs, capMs) * SHORTEST, random() * ceiling)
}

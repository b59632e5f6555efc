import type { ClockPort } from '../ports.ts'

export interface PaceLimit {
  readonly requests: number
  readonly perMs: number
}

export type Pace = ReturnType<typeof createPace>

/** Lets at most `requests` go in any window of `perMs`. First come, first served. */
export function createPace(clock: ClockPort, { requests, perMs }: PaceLimit) {
  /** When each request of the last window went, and when those that wait will go; the oldest first. */
  let turns: number[] = []

  /** When one more request may go, after `ahead` others; never before `now`, and `now` itself when it is free. */
  function freeAt(now: number, ahead = 0): number {
    // Nothing waits longer than its place in the line: else the clock was set back, and what it said means nothing.
    if ((turns.at(-1) ?? 0) > now + perMs * (1 + turns.length / requests)) turns = []
    const before = turns.length + ahead - requests
    return before < 0 ? now : Math.max(now, (turns[before] ?? now) + perMs)
  }

  /** Takes a turn; resolves when it has come. */
  function turn(): Promise<void> {
    const now = clock.now()
    const moment = freeAt(now)
    // Those that wait are all kept: the length of the line tells how far ahead its end may be.
    turns = [...turns.filter((other) => other > now - perMs), moment]
    return new Promise((resolve) => (moment > now ? clock.at(moment, resolve) : resolve()))
  }

  return { freeAt, turn }
}

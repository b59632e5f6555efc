import type { ClockPort } from '../ports.ts'

export interface PaceLimit {
  readonly requests: number
  readonly perMs: number
}

/** Lets at most `requests` go in any window of `perMs`; resolves when the next one may. First come, first served. */
export function createPace(clock: ClockPort, { requests, perMs }: PaceLimit): () => Promise<void> {
  /** When each of the latest requests went, or will go; the oldest first. */
  let turns: number[] = []
  let last = 0

  return () => {
    const now = clock.now()
    if (now < last) turns = [] // the clock was set back: what it said before means nothing now
    last = now
    const turn = Math.max(now, (turns.at(-requests) ?? Number.NEGATIVE_INFINITY) + perMs)
    turns = [...turns.slice(-requests), turn]
    return new Promise((resolve) => (turn > now ? clock.at(turn, resolve) : resolve()))
  }
}

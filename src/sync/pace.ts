import type { ClockPort } from '../ports.ts'

export interface PaceLimit {
  readonly requests: number
  readonly perMs: number
}

/** Lets at most `requests` go in any window of `perMs`; resolves when the next one may. First come, first served. */
export function createPace(clock: ClockPort, { requests, perMs }: PaceLimit): (signal: AbortSignal) => Promise<void> {
  /** When each of the latest requests went, or will go; the oldest first. */
  let turns: number[] = []
  let last = Number.NEGATIVE_INFINITY

  return async function pace(signal) {
    const now = clock.now()
    if (now < last) turns = [] // the clock was set back: what it said before means nothing now
    last = now
    const oldest = turns.at(-requests) ?? Number.NEGATIVE_INFINITY
    const turn = Math.max(now, oldest + perMs)
    turns = [...turns.slice(1 - requests), turn]
    if (turn > now) await until(clock, turn, signal)
  }
}

function until(clock: ClockPort, moment: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stop = clock.at(moment, resolve)
    signal.addEventListener('abort', () => {
      stop()
      resolve()
    })
  })
}

/** Milliseconds, as long as nobody says otherwise. */
export type Samples = readonly number[]

/** By then a store has done what a tap gives it to do. */
export const SETTLE_MS = 250

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))

/** Rejects when it takes too long: a contender that hangs must not hang the run. */
export async function inTime<T>(work: Promise<T>, what: string, ms = 60_000): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    const message = `${what} took more than ${Math.round(ms / 1_000)} s`
    timer = setTimeout(() => reject(new Error(message)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Counts up to `most`, but not on after so long: what is slow is done less often, not less of it. */
export function* times(most: number, patienceMs: number): Generator<number> {
  const end = performance.now() + patienceMs
  for (let at = 0; at < most && (at === 0 || performance.now() < end); at += 1) yield at
}

/** Calls `turn` in every task that the main thread can spare, until it is stopped; knows the longest it was kept. */
export function spin(turn: (now: number) => void = () => {}): { stop(): number } {
  const { port1, port2 } = new MessageChannel()
  let last = performance.now()
  let longest = 0
  let isOn = true
  port1.onmessage = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    turn(now)
    // What the turn itself takes is no block.
    last = performance.now()
    if (isOn) port2.postMessage(null)
  }
  port2.postMessage(null)
  return {
    stop() {
      isOn = false
      port1.close()
      return longest
    },
  }
}

import { type Arrival, TAPS_MS } from './fleet-group.ts'
import type { Played } from './fleet-scenes.ts'

/** What one scene came to. Moments are milliseconds from the end of the trouble. */
export interface Figures {
  readonly firstMs: number
  /** When the last client's first request arrived. */
  readonly lastClientMs: number
  /** Requests per second, in the 60 s that begin with the first request. */
  readonly busiest: number
  readonly p95: number
  readonly mean: number
  /** The busiest second against the mean one; 1 is perfectly even. */
  readonly peakToMean: number
  /**
   * The fullest twentieth of the time in which first requests arrived, against the mean one: how even the spread is,
   * however long it lasts. A thousand fair dice give about 1.3.
   */
  readonly unevenness: number
  readonly requests: number
  readonly drainedMs: number
  /** Requests that arrived during the trouble, for each client in an hour of it. */
  readonly perClientHour: number
  /** The soonest request of a client after a 429 it had got; `Infinity` when there was none. */
  readonly soonestAfter429Ms: number
}

const SECONDS = 60
const WAVE_SECONDS = 30
const SLICES = 20

export function figuresOf(played: Played): Figures {
  const { clients, during, after, troubleMs, drainedMs } = played
  const firsts = firstRequests(after)
  const [firstMs = 0, lastClientMs = 0] = [firsts[0], firsts.at(-1)]
  const perSecond = counts(after, firstMs, 1_000, SECONDS)
  const busiest = Math.max(...perSecond)
  const mean = sum(perSecond) / SECONDS
  const slices = counts(
    firsts.map((at) => ({ at })),
    firstMs,
    (lastClientMs - firstMs) / SLICES || 1,
    SLICES,
  )
  return {
    firstMs,
    lastClientMs,
    busiest,
    p95: [...perSecond].sort((a, b) => a - b)[Math.ceil(0.95 * SECONDS) - 1] ?? 0,
    mean,
    peakToMean: busiest / mean,
    unevenness: (Math.max(...slices) * SLICES) / firsts.length,
    requests: after.length,
    drainedMs,
    perClientHour: during.length / clients / (troubleMs / 3_600_000),
    soonestAfter429Ms: soonestAfter429([...during, ...after]),
  }
}

/** The busiest second of each of the first half minutes of the trouble: does a herd that was refused stay one? */
export function wavesOf({ during, troubleMs }: Played, waves: number): number[] {
  const perSecond = counts(during, -troubleMs - TAPS_MS, 1_000, waves * WAVE_SECONDS)
  return Array.from({ length: waves }, (_, wave) =>
    Math.max(...perSecond.slice(wave * WAVE_SECONDS, (wave + 1) * WAVE_SECONDS)),
  )
}

/** How many arrived in each slice of time; the very end belongs to the last one. */
export function counts(
  arrivals: readonly Pick<Arrival, 'at'>[],
  fromMs: number,
  sliceMs: number,
  slices: number,
): number[] {
  const found = Array.from({ length: slices }, () => 0)
  for (const { at } of arrivals) {
    const slice = at === fromMs + slices * sliceMs ? slices - 1 : Math.floor((at - fromMs) / sliceMs)
    if (found[slice] !== undefined) found[slice] += 1
  }
  return found
}

/** When each client's first request arrived, soonest first. */
export function firstRequests(arrivals: readonly Arrival[]): number[] {
  const firstByClient = new Map<number, number>()
  for (const { client, at } of arrivals)
    firstByClient.set(client, Math.min(at, firstByClient.get(client) ?? Number.POSITIVE_INFINITY))
  return [...firstByClient.values()].sort((a, b) => a - b)
}

/** What went out at the very moment of a 429 was on its way already. */
function soonestAfter429(arrivals: readonly Arrival[]): number {
  const refusedAt = new Map<number, number>()
  let soonest = Number.POSITIVE_INFINITY
  for (const { client, at, status } of [...arrivals].sort((a, b) => a.at - b.at)) {
    const last = refusedAt.get(client)
    if (last !== undefined && at > last) soonest = Math.min(soonest, at - last)
    if (status === 429) refusedAt.set(client, at)
  }
  return soonest
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, one) => total + one, 0)

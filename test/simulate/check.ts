import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import * as fc from 'fast-check'
import {
  type History,
  histories,
  type PlayOptions,
  play,
  type Report,
  type Violation,
} from '../../src/testing.ts'
import { isKnown } from './known-gaps.ts'

export interface Tally {
  histories: number
  steps: number
  requests: number
  readonly faults: Record<string, number>
}

/** How a run ended; everything in it is plain data, for another process to read. */
export interface Checked {
  readonly tally: Tally
  readonly failure:
    | {
        readonly seed: number
        readonly path: string
        readonly violation: Violation
        readonly story: readonly string[]
        readonly history: History
      }
    | undefined
}

export interface Budget {
  readonly histories: number
  readonly seed: number
  readonly path: string | undefined
  readonly steps: number
  readonly only: string | undefined
  readonly strict: boolean
}

/** Shorter stories are worth this much waiting, in real milliseconds. */
const SHRINK_MS = 90_000

/** Everything of a world that the platform brings. */
export const platform = (turn: () => Promise<void>): PlayOptions => ({
  indexedDB: () => new IDBFactory() as unknown as globalThis.IDBFactory,
  IDBKeyRange,
  turn,
})

/** Plays histories until one breaks a promise, and shrinks that one. */
export async function check(
  budget: Budget,
  turn: () => Promise<void>,
  each: (tally: Tally) => void,
): Promise<Checked> {
  const tally: Tally = { histories: 0, steps: 0, requests: 0, faults: {} }
  const { seed, path, only, strict } = budget
  const options = { ...platform(turn), only }
  let broken: { promise: string; until: number } | undefined
  let last: { report: Report; history: History } | undefined

  const property = fc.asyncProperty(histories(fc, { maxSteps: budget.steps }), async (history) => {
    if (broken && performance.now() > broken.until) return true
    const report = await play(history, options)
    if (!broken) count(tally, report)
    each(tally)
    const [violation] = report.violations.filter((one) => strict || !isKnown(one, history))
    if (!violation || (broken && broken.promise !== violation.promise)) return true
    broken ??= { promise: violation.promise, until: performance.now() + SHRINK_MS }
    last = { report, history }
    return false
  })
  const details = await fc.check(property, {
    seed,
    numRuns: budget.histories,
    ...(path !== undefined && { path, endOnFailure: true, numRuns: 1 }),
  })
  const violation = last?.report.violations[0]
  const failure =
    details.failed && last && violation
      ? {
          seed,
          path: details.counterexamplePath ?? '',
          violation,
          story: last.report.story,
          history: last.history,
        }
      : undefined
  return { tally, failure }
}

function count(tally: Tally, report: Report): void {
  tally.histories += 1
  tally.steps += report.steps
  tally.requests += report.requests
  for (const [kind, times] of Object.entries(report.faults))
    tally.faults[kind] = (tally.faults[kind] ?? 0) + times
}

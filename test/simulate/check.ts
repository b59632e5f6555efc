import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import * as fc from 'fast-check'
import {
  type History,
  histories,
  type PlayOptions,
  play,
  type Report,
  shrink,
  type Violation,
} from '../../src/testing.ts'
import failedSeeds from './failed-seeds.json'
import { isKnown } from './known-gaps.ts'

/** Every history that ever broke a promise, and which. */
export const FAILED = failedSeeds as readonly { readonly promise: string; readonly history: History }[]

export interface Tally {
  histories: number
  steps: number
  requests: number
  readonly faults: Record<string, number>
}

/** A broken promise, as short as it could be made. */
export interface Failure {
  readonly seed: number
  readonly path: string
  readonly violation: Violation
  readonly story: readonly string[]
  readonly history: History
}

/** How a run ended; everything in it is plain data, for another process to read. */
export interface Checked {
  readonly tally: Tally
  readonly failure: Failure | undefined
}

export interface Budget {
  readonly histories: number
  readonly seed: number
  readonly path?: string | undefined
  readonly steps: number
  readonly only?: string | undefined
  readonly strict?: boolean | undefined
  /** Where those break nothing: also every history that once failed. */
  readonly kept?: boolean | undefined
  /** Tabs keep what they show fresh by themselves. */
  readonly fresh?: boolean | undefined
}

/** Everything of a world that the platform brings. */
export const platform = (turn?: () => Promise<void>): PlayOptions => ({
  indexedDB: () => new IDBFactory() as unknown as globalThis.IDBFactory,
  IDBKeyRange,
  turn,
  throwing: turn !== undefined,
})

/** The first broken promise of a report that is not known to be broken. */
export const newViolation = ({ violations }: Report, history: History): Violation | undefined =>
  violations.find((one) => !isKnown(one, history))

/** Plays histories until one breaks a promise, and shrinks that one. The same budget gives the same end. */
export async function check(budget: Budget, turn: () => Promise<void>): Promise<Checked> {
  const tally: Tally = { histories: 0, steps: 0, requests: 0, faults: {} }
  const { seed, path, only, strict } = budget
  const options = { ...platform(turn), only }
  const judge = async (history: History): Promise<[Report, Violation | undefined]> => {
    const report = await play(history, options)
    return [report, strict ? report.violations[0] : newViolation(report, history)]
  }
  let broken: { readonly history: History; readonly violation: Violation } | undefined

  const holds = async (history: History): Promise<boolean> => {
    const [report, violation] = await judge(history)
    count(tally, report)
    if (violation) broken = { history, violation }
    return !violation
  }
  const property = fc.asyncProperty(
    histories<fc.Arbitrary<History>>(fc, { maxSteps: budget.steps, fresh: budget.fresh }),
    holds,
  )
  // Not fast-check's own shrinking: leaving out steps many at a time gets there ten times as fast.
  const replay = path === undefined ? { numRuns: budget.histories } : { path, numRuns: 1 }
  const { counterexamplePath } = await fc.check(property, { seed, endOnFailure: true, ...replay })
  if (budget.kept) for (const { history } of FAILED) if (!broken) await holds(history)
  if (!broken) return { tally, failure: undefined }

  const { promise } = broken.violation
  const history = await shrink(broken.history, async (one) => (await judge(one))[1]?.promise === promise)
  const [{ story }, violation = broken.violation] = await judge(history)
  return { tally, failure: { seed, path: counterexamplePath ?? '', violation, story, history } }
}

function count(tally: Tally, report: Report): void {
  tally.histories += 1
  tally.steps += report.steps
  tally.requests += report.requests
  for (const [kind, times] of Object.entries(report.faults))
    tally.faults[kind] = (tally.faults[kind] ?? 0) + times
}

import { parseArgs } from 'node:util'

/** What `npm run simulate -- …` takes. */
export interface Arguments {
  readonly histories: number
  readonly seed: number
  /** fast-check's way to one history, shrunk or not; then only that one is played. */
  readonly path: string | undefined
  /** The longest history, in steps. */
  readonly steps: number
  /** Only invariants whose names begin so. */
  readonly only: string | undefined
  readonly processes: number
  /** Prints everything that happens. */
  readonly log: boolean
  /** Also invariants that are known not to hold. */
  readonly strict: boolean
  /** Also every history that once failed. */
  readonly kept: boolean
  /** Tabs keep what they show fresh by themselves, some with a live feed. */
  readonly fresh: boolean
}

/** Enough for a second process to be worth its start. */
const WORTH_TWO = 60

export function readArguments(given: readonly string[], freshSeed: () => number): Arguments {
  const { values } = parseArgs({
    args: [...given],
    options: {
      histories: { type: 'string', default: '1000' },
      seed: { type: 'string' },
      path: { type: 'string' },
      steps: { type: 'string', default: '40' },
      only: { type: 'string' },
      processes: { type: 'string' },
      log: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
      kept: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
    },
  })
  const histories = Number(values.histories)
  return {
    histories,
    seed: values.seed === undefined ? freshSeed() : Number(values.seed),
    path: values.path,
    steps: Number(values.steps),
    only: values.only,
    processes: values.path ? 1 : Number(values.processes ?? (histories >= WORTH_TWO ? 2 : 1)),
    log: values.log,
    strict: values.strict,
    kept: values.kept,
    fresh: values.fresh,
  }
}

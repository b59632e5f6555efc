import { faultOf, type History, type Violation } from '../../src/testing.ts'

/** A promise that the store is known not to keep yet. */
export interface KnownGap {
  /** The invariant's name. */
  readonly promise: string
  /** Only in histories with a step, or a fault, of one of these kinds; always, where there are none. */
  readonly with?: readonly string[]
  readonly because: string
}

const besideADiscarded = 'a discard gives up the lease, so that a new answer goes beside the discarded one'
const wallClock = 'a request, and its time-out, end by the wall clock: set back, they last as much longer'
const deadQueries = 'live queries stay silent for good when the database cannot be opened again at once'

/** The one list of them. Empty when all is well. */
export const knownGaps: readonly KnownGap[] = [
  { promise: 'P3 late requests', because: 'what lands after the settle is not looked for yet' },
  { promise: 'P3 one at a time', with: ['discard'], because: besideADiscarded },
  { promise: 'P3 order', with: ['discard'], because: besideADiscarded },
  { promise: 'P3 newest intent', with: ['discard'], because: besideADiscarded },
  { promise: 'P3 order', with: ['clock'], because: wallClock },
  { promise: 'P3 newest intent', with: ['clock'], because: wallClock },
  { promise: 'P11 no silent stall', with: ['clock'], because: wallClock },
  { promise: 'P9 every tab shows what is stored', with: ['storage open'], because: deadQueries },
  { promise: 'P11 not idle while something waits', with: ['storage open'], because: deadQueries },
  { promise: 'P11 no silent stall', with: ['storage open'], because: deadQueries },
  { promise: 'P6 the rest goes on', with: ['storage open'], because: deadQueries },
  {
    promise: 'P8 floor',
    with: ['freeze'],
    because: 'a claim asks for the pause in memory: a tab that has just woken may not have read it yet',
  },
  {
    promise: 'P8 pace',
    with: ['reply 401', 'expire-tokens', 'no-tokens'],
    because: 'the second try with a fresh token takes no turn of its own',
  },
]

/** Is this violation one that is known? */
export function isKnown({ promise }: Violation, { steps }: History): boolean {
  const kinds = new Set(steps.flatMap((step) => [step.do, faultOf(step) ?? '']))
  return knownGaps.some(
    (gap) => gap.promise === promise && (gap.with?.some((kind) => kinds.has(kind)) ?? true),
  )
}

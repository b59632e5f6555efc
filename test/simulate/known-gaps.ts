import { faultOf, type History, type Violation } from '../../src/testing.ts'

/** A promise that the store is known not to keep yet. */
export interface KnownGap {
  /** The invariant's name. */
  readonly promise: string
  /** Only in histories with a step, or a fault, of one of these kinds; always, where there are none. */
  readonly with?: readonly string[]
  readonly because: string
}

/** The one list of them. Empty when all is well. */
export const knownGaps: readonly KnownGap[] = []

/** Is this violation one that is known? */
export function isKnown({ promise }: Violation, { steps }: History): boolean {
  const kinds = new Set(steps.flatMap((step) => [step.do, faultOf(step) ?? '']))
  return knownGaps.some(
    (gap) => gap.promise === promise && (gap.with?.some((kind) => kinds.has(kind)) ?? true),
  )
}

/** Invariants that the store does not hold yet, by name. Empty when all is well. */
export const knownGaps: readonly string[] = []

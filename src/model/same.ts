/** Equal as JSON; another order of keys counts as a difference, which costs one needless write or emission. */
export const isSame = <T>(a: T, b: T): boolean => JSON.stringify(a) === JSON.stringify(b)

/** Numbers that look random and are the same for the same seed. */
export interface Seeded {
  /** In [0, 1). */
  next(): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  pick<T>(list: readonly [T, ...T[]]): T
}

/** FNV-1a: spreads a text over 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return hash >>> 0
}

/** A counter stepped by the golden ratio, then mixed (the splitmix family). */
export function createSeeded(seed: number | string): Seeded {
  let state = typeof seed === 'number' ? seed >>> 0 : hashOf(seed)
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad)
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
  }
  const between = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1))
  return { next, between, pick: (list) => list[between(0, list.length - 1)] ?? list[0] }
}

/** `length` characters of hexadecimal, as the API's internal ids are written. */
export function hexOf(text: string, length = 24): string {
  const seeded = createSeeded(text)
  return Array.from({ length }, () => seeded.between(0, 15).toString(16)).join('')
}

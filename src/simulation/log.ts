import type { Happening } from './happening.ts'

/** Names that differ from play to play, though nothing else does: leases, answers and tabs. */
const RANDOM_ID = /"(id|answerId|by|askedBy)":"([^"]+)"|"(key)":"(shown [^"]+)"/g

/** Writes happenings down so that the same history gives the same lines, byte for byte. */
export function lineOf(): (happening: Happening) => string {
  const names = new Map<string, string>()
  const named = (_: string, one: string, its: string, other: string, others: string) => {
    const [field, id] = [one ?? other, its ?? others]
    const name = names.get(id) ?? `${field}-${names.size + 1}`
    names.set(id, name)
    return `"${field}":"${name}"`
  }
  return (happening) => JSON.stringify(happening).replace(RANDOM_ID, named)
}

import { cmp, type Table } from 'dexie'

/** From how many keys on one request for the stretch from the first to the last costs less than one for each. */
const MANY = 32

/**
 * What is stored under these keys, in any order. Of many that lie side by side, in one request: then what lies between
 * them comes too.
 */
export async function readMany<T, K>(table: Table<T, K>, keys: readonly K[]): Promise<T[]> {
  if (keys.length > MANY) {
    const first = keys.reduce((least, key) => (cmp(key, least) < 0 ? key : least))
    const last = keys.reduce((most, key) => (cmp(key, most) > 0 ? key : most))
    const most = 2 * keys.length
    const found = await table.where(':id').between(first, last, true, true).limit(most).toArray()
    if (found.length < most) return found
  }
  return (await table.bulkGet([...keys])).filter((row) => row !== undefined)
}

import type { DBCore, DBCoreMutateRequest, Middleware } from 'dexie'

/** The keys that were written to one table, in the place where Dexie has a tree of ranges; `undefined`: any. */
export interface Told {
  readonly d: 0
  readonly keys: readonly unknown[] | undefined
}

/** Where Dexie looks for what a transaction has written, to tell it to every tab when that is through. */
interface Telling {
  mutatedParts?: Record<string, Told>
}

/** What a database is called in what is told; its tables follow, each with a slash. */
export const partOf = (databaseName: string) => `idb://${databaseName}/`

/**
 * Stands in the place of Dexie's own middleware of that name, which follows every index of every row for live queries,
 * and from fifty rows on says that anything may have changed. This one tells the keys, however many, and nothing else.
 */
export const TELL_KEYS: Middleware<DBCore> = {
  stack: 'dbcore',
  name: 'Observability',
  level: 0,
  create: (core) => ({
    ...core,
    table(name) {
      const table = core.table(name)
      const part = `${partOf(core.schema.name)}${name}/`
      const { extractKey } = table.schema.primaryKey
      return {
        ...table,
        mutate(request) {
          const parts: Record<string, Told> = (request.trans as Telling).mutatedParts ?? {}
          const before = part in parts ? parts[part]?.keys : []
          const keys = before && keysIn(request, extractKey)?.concat(before)
          ;(request.trans as Telling).mutatedParts = { ...parts, [part]: { d: 0, keys } }
          return table.mutate(request)
        },
      }
    },
  }),
}

function keysIn(
  request: DBCoreMutateRequest,
  keyOf: ((row: unknown) => unknown) | null,
): unknown[] | undefined {
  if (request.type === 'deleteRange' || !keyOf) return undefined
  return request.type === 'delete' ? request.keys : request.values.map(keyOf)
}

import type { DBCore, DBCoreMutateRequest, Middleware } from 'dexie'

/** The keys that were written to one table, in the place where Dexie has a tree of ranges; `undefined`: any. */
export interface Told {
  readonly d: number
  readonly keys: readonly unknown[] | undefined
}

/** Under this, what is told in this tab says by whom: the transaction. It does not go to other tabs. */
export const WRITER = Symbol('writer')

/** What was written, by table. */
export type Parts = Record<string, Partial<Told>> & { [WRITER]?: object }

/** Where Dexie looks for what a transaction has written, to tell it to every tab when that is through. */
interface Telling {
  mutatedParts?: Parts
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
          const telling = request.trans as Telling
          const { [part]: told = { keys: [] }, ...parts }: Parts = telling.mutatedParts ?? {}
          const keys = told.keys && keysIn(request, extractKey)?.concat(told.keys)
          telling.mutatedParts = { ...parts, [part]: { d: 0, keys }, [WRITER]: request.trans }
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

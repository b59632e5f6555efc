import { BasicIndex, createCollection, executeTransaction, getAll } from '@tanstack/db'

export const INDEXED = {
  autoIndex: 'eager',
  defaultIndexType: BasicIndex,
  // ISO times and ids; to compare them as a language does takes many times as long.
  defaultStringCollation: { stringSort: 'lexical' },
  gcTime: 0,
} as const

/** The server's rows: read from disk once, and fed with all that comes in later. */
export function mirror<Row extends object>(db: IDBDatabase, table: string, getKey: (row: Row) => string) {
  let feed = (_rows: readonly Row[]) => {}
  const collection = createCollection<Row, string>({
    ...INDEXED,
    id: table,
    getKey,
    sync: {
      rowUpdateMode: 'full',
      sync({ begin, write, commit, markReady, markError }) {
        feed = (rows) => {
          begin()
          for (const value of rows) write({ type: 'update', value })
          commit()
        }
        executeTransaction(db, table, 'readonly', (transaction) =>
          getAll<Row>(transaction.objectStore(table)),
        ).then((rows) => {
          // What was fed in meanwhile is newer.
          feed(rows.filter((row) => !collection.has(getKey(row))))
          markReady()
        }, markError)
      },
    },
  })
  return {
    collection,
    ready: () => collection.preload(),
    /** Nothing for a collection that nobody has used yet: it reads from disk when it is. */
    feed(rows: readonly Row[]) {
      if (rows.length > 0) feed(rows)
    },
    put(transaction: IDBTransaction, rows: readonly Row[]) {
      if (rows.length === 0) return
      const store = transaction.objectStore(table)
      for (const row of rows) store.put(row, getKey(row))
    },
  }
}

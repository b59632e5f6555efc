import type { Table, Transaction } from 'dexie'
import type { RsvpDatabase } from './database.ts'

/** Opens transactions, and knows which have begun and not ended. */
export function createTransactions(db: RsvpDatabase) {
  const underWay = new Set<Transaction>()
  return {
    run<T>(
      mode: 'r' | 'rw',
      tables: readonly Table[],
      body: (transaction: Transaction) => PromiseLike<T>,
    ): PromiseLike<T> {
      let mine: Transaction
      return db
        .transaction(mode, tables, (transaction) => {
          mine = transaction
          underWay.add(mine)
          return body(mine)
        })
        .finally(() => underWay.delete(mine))
    },
    /** A page that is frozen in the middle of one, even of a read, would hold up every other tab's writes. */
    takeBack(): void {
      for (const transaction of underWay) {
        try {
          transaction.abort()
        } catch {
          // It is being committed, and needs nobody any more.
        }
      }
    },
  }
}

import type { Transaction } from 'dexie'

/** The transactions that have begun and not ended. */
export function createUnderWay() {
  const begun = new Set<Transaction>()
  return {
    add(transaction: Transaction): void {
      for (const one of begun) if (!one.active) begun.delete(one)
      begun.add(transaction)
    },
    /** A page that is frozen in the middle of one, even of a read, would hold up every other tab's writes. */
    takeBack(): void {
      for (const transaction of begun) {
        try {
          transaction.abort()
        } catch {
          // It is being committed, and needs nobody any more.
        }
      }
    },
  }
}

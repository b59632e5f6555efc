import type { Transaction } from 'dexie'

/** The transactions that have begun and not ended. */
export function createUnderWay() {
  const begun = new Map<Transaction, () => void>()
  return {
    /** `taken` is called when it was taken back: WebKit says nothing of that once the connection is closed. */
    add(transaction: Transaction, taken = () => {}): void {
      for (const one of begun.keys()) if (!one.active) begun.delete(one)
      begun.set(transaction, taken)
    },
    /** A page that is frozen in the middle of one, even of a read, would hold up every other tab's writes. */
    takeBack(): void {
      for (const [transaction, taken] of begun) {
        if (!transaction.active) continue
        try {
          transaction.abort()
          taken()
        } catch {
          // It is being committed, and needs nobody any more.
        }
      }
    },
  }
}

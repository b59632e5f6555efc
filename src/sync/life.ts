import type { LocksPort } from '../ports.ts'

/** The lock by which other tabs can tell that this one lives. */
export interface Life {
  readonly name: string
  /** Resolves when it is held. */
  readonly granted: Promise<unknown>
  /** It is needed no more. */
  readonly end: () => void
}

/**
 * Tells other tabs that this one lives, by a lock, as long as it has anything under way. No longer: a page that holds
 * a lock is not kept for going back to.
 */
export function createLife(locks: LocksPort, tabId: string) {
  let taken = 0
  let current: { readonly name: string; readonly granted: Promise<() => void>; users: number } | undefined

  return {
    begin(): Life {
      if (!current) {
        taken += 1
        const name = `${tabId}-${taken}`
        current = { name, granted: hold(locks, name), users: 0 }
      }
      const mine = current
      mine.users += 1
      return {
        name: mine.name,
        granted: mine.granted,
        end(): void {
          mine.users -= 1
          if (mine.users > 0) return
          if (current === mine) current = undefined
          void mine.granted.then((release) => release())
        },
      }
    },
    /** The lock may never come: whoever begins next takes another. */
    renew(): void {
      current = undefined
    },
  }
}

/** Does the tab live that has this lease? */
export const isAlive = (locks: LocksPort, leaseId: string): Promise<boolean> =>
  locks.isHeld(leaseId.slice(0, leaseId.lastIndexOf('.')))

/** Takes a lock; resolves with what ends it. */
const hold = (locks: LocksPort, name: string): Promise<() => void> =>
  new Promise((granted) => {
    locks.withLock(name, () => new Promise<void>(granted)).catch(() => granted(() => {}))
  })

import type { OnlineDetector, StorageAdapter } from '@tanstack/offline-transactions'

/**
 * What is in the outbox: an executor tells of an answer only when it was sent, not when it is on disk. The
 * library's adapter calls it written when the request has succeeded; it does not wait for the transaction.
 */
export function watched() {
  const disks: StorageAdapter[] = []
  const keys = new Set<string>()
  const waiters = new Set<() => void>()
  const changed = () => {
    for (const look of waiters) look()
  }
  return {
    over(disk: StorageAdapter): StorageAdapter {
      disks.push(disk)
      return {
        get: (key) => disk.get(key),
        async set(key, value) {
          await disk.set(key, value)
          keys.add(key)
          changed()
        },
        async delete(key) {
          await disk.delete(key)
          keys.delete(key)
          changed()
        },
        async keys() {
          const found = await disk.keys()
          for (const key of found) keys.add(key)
          return found
        },
        clear: () => disk.clear(),
      }
    },
    async count(): Promise<number> {
      const found = await Promise.all(disks.map((disk) => disk.keys()))
      return found.flat().length
    },
    until: (isSo: (keys: ReadonlySet<string>) => boolean) =>
      new Promise<void>((resolve) => {
        const look = () => {
          if (!isSo(keys)) return
          waiters.delete(look)
          resolve()
        }
        waiters.add(look)
        look()
      }),
  }
}

export function offlineAtFirst(): OnlineDetector & { goOnline(): void } {
  const listeners = new Set<() => void>()
  let online = false
  const notifyOnline = () => {
    for (const run of listeners) run()
  }
  return {
    isOnline: () => online,
    subscribe(run) {
      listeners.add(run)
      return () => listeners.delete(run)
    },
    notifyOnline,
    dispose: () => listeners.clear(),
    goOnline() {
      online = true
      notifyOnline()
    },
  }
}

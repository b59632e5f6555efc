import type { Capabilities } from '../model/capabilities.ts'

/** Asks the browser what it can do. Never rejects: what cannot be asked is not there. */
export async function readCapabilities(): Promise<Capabilities> {
  const { navigator, indexedDB, IDBTransaction } = globalThis
  const storage = navigator?.storage
  const [isPersisted, estimate] = await Promise.all([
    storage?.persisted?.().catch(() => undefined),
    storage?.estimate?.().catch(() => undefined),
  ])
  return {
    hasIndexedDB: indexedDB !== undefined,
    isPersisted,
    hasLocks: navigator?.locks !== undefined,
    hasStrictWrites: IDBTransaction !== undefined && 'durability' in IDBTransaction.prototype,
    hasServiceWorker: navigator !== undefined && 'serviceWorker' in navigator,
    hasBackgroundSync: 'SyncManager' in globalThis,
    usage: estimate?.usage,
    quota: estimate?.quota,
  }
}

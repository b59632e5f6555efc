/** What this browser gives a store, as far as it can be asked. */
export interface Capabilities {
  readonly hasIndexedDB: boolean
  /** The browser promised not to evict this origin's data; `undefined` where it cannot be asked. */
  readonly isPersisted: boolean | undefined
  /** Web Locks: several tabs can tell which of them lives. */
  readonly hasLocks: boolean
  /** A write can be asked to be on the disk itself before it counts as done. */
  readonly hasStrictWrites: boolean
  readonly hasServiceWorker: boolean
  /** The browser can wake a service worker when there is a network: what waits goes with every page closed. */
  readonly hasBackgroundSync: boolean
  /** Bytes, of the whole origin; an estimate of the browser's. */
  readonly usage: number | undefined
  readonly quota: number | undefined
}

/** One thing that a user may rely on here, or not, and why. */
export interface Assurance {
  readonly what: string
  readonly isGiven: boolean
  readonly why: string
}

/** What is therefore promised, by a store that can use the IndexedDB there is, or cannot (`status$.storage`). */
export const assurancesOf = (can: Capabilities, canUseIt = true): readonly Assurance[] => [
  {
    what: 'An answer is on disk before its promise resolves.',
    isGiven: can.hasIndexedDB && canUseIt,
    why: !can.hasIndexedDB
      ? 'There is no IndexedDB: nothing can be kept.'
      : canUseIt
        ? 'IndexedDB is there.'
        : 'IndexedDB is there and cannot be used: nothing can be kept.',
  },
  {
    what: 'It survives a power cut.',
    isGiven: can.hasIndexedDB && canUseIt && can.hasStrictWrites,
    why: can.hasStrictWrites
      ? 'Writes are strict.'
      : 'This browser takes no wish for strict writes: it is safe from a crash of the page, not of the device.',
  },
  {
    what: 'The browser keeps it until it is sent.',
    isGiven: can.isPersisted === true,
    why:
      can.isPersisted === true
        ? 'Storage is persistent.'
        : can.isPersisted === false
          ? 'Storage may be evicted when room is short, or after weeks without a visit.'
          : 'The browser does not say whether storage is persistent.',
  },
  {
    what: 'It is sent once, whatever the number of tabs.',
    isGiven: true,
    why: can.hasLocks
      ? 'A tab that died with an answer in hand is noticed at once.'
      : 'There are no Web Locks: after a tab died with an answer in hand, others wait for its lease to end.',
  },
  {
    what: 'It is sent with every page closed.',
    isGiven: can.hasBackgroundSync,
    why: can.hasBackgroundSync
      ? 'Background Sync is there, if the app has a service worker that uses it.'
      : 'There is no Background Sync: what waits goes when the app is opened next.',
  },
]

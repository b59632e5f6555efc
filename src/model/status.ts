import type { FeedState } from './feed.ts'

/** How the database is: part of `status$`. */
export type StorageState = 'opening' | 'ready' | 'blocked' | 'outdated' | 'full' | 'lost' | 'unavailable'

/** What the engine was waiting for when it stood still for too long: a lock, the device, a reply, or itself. */
export type StallReason = 'lock' | 'storage' | 'request' | 'engine'

/** How far the pulls under way are, all together. */
export interface PullProgress {
  readonly pulls: number
  /** Pages that are on disk. */
  readonly pages: number
  /** Events and answers on these pages, whether or not they were new. */
  readonly rows: number
}

/** Everything about the store that a user may have to know. Moments are epoch milliseconds. */
export interface SyncStatus {
  /** `offline`: the platform says so. `unreachable`: it says online, but the last request got no reply. */
  readonly network: 'online' | 'offline' | 'unreachable'
  /** `waiting`: something is queued for a moment or for the network. `paused`: the whole user waits. */
  readonly work: 'idle' | 'pushing' | 'pulling' | 'waiting' | 'paused'
  readonly session: 'ok' | 'signed-out'
  readonly storage: StorageState
  /** The browser promised not to evict this data; `undefined` while that is unknown. */
  readonly persisted: boolean | undefined
  readonly queued: number
  readonly failed: number
  readonly oldestQueuedAt?: number
  readonly nextAttemptAt?: number
  readonly lastSyncedAt?: number
  /** How the live feed is, where there is one. */
  readonly feed?: FeedState
  /** While something is being pulled. */
  readonly pulling?: PullProgress
  /** An answer that was due did not move for a minute: the engine has started anew, for this reason. */
  readonly stalled?: StallReason
  /** Answers on disk that this version cannot read: left as they are, and not sent. */
  readonly unreadable?: number
  /** With storage `lost`: how many answers had not reached the server when the browser deleted everything. */
  readonly lostAnswers?: number
}

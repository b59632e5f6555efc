import type { RsvpStatus } from '../model/entities.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { SyncStatus } from '../model/status.ts'
import type { EventView } from '../views/overlay.ts'
import type { Commit } from './ledger.ts'

/** One request as the network saw it. */
export interface SentRequest {
  readonly number: number
  readonly tab: number
  readonly user: string
  readonly method: string
  readonly path: string
  /** The event that is answered or read back. */
  readonly eventId: string | undefined
  /** What is answered; `undefined` for reads. */
  readonly status: RsvpStatus | undefined
  readonly token: string
  /** True time. */
  readonly at: number
  /** The tab has heard how it ended, or gave it up. */
  ended: boolean
  /** How it ended in the eyes of its tab: the reply's HTTP status, or why there was none. */
  outcome: string
  /** Its tab was frozen or the phone's clock jumped meanwhile: no lease reaches that far. */
  disturbed: boolean
  /** Somebody else stands between: a duplicate, a zombie, a lost reply. */
  fate: string
}

/** One tap of the user. */
export interface TapMade {
  readonly number: number
  readonly tab: number
  readonly user: string
  readonly eventId: string
  readonly status: RsvpStatus
  /** True time. */
  readonly at: number
  /** Commits there were before it. */
  readonly since: number
  state: 'open' | 'kept' | 'refused'
}

/** Everything that happens in a world, in order: what the invariants are held against, and what the log is made of. */
export type Happening =
  | { readonly kind: 'tapped' | 'tap-kept'; readonly tap: TapMade }
  | { readonly kind: 'tap-refused'; readonly tap: TapMade; readonly code: string }
  | {
      readonly kind: 'discarding' | 'discarded' | 'retried'
      readonly tab: number
      readonly user: string
      readonly eventId: string
    }
  | { readonly kind: 'rejected'; readonly tab: number; readonly verb: string; readonly message: string }
  | { readonly kind: 'commit'; readonly commit: Commit }
  | { readonly kind: 'sent' | 'ended'; readonly request: SentRequest; readonly how: string }
  /** A request had its effect at the server; `late`: its tab no longer waited for it. */
  | {
      readonly kind: 'landed'
      readonly request: SentRequest
      readonly httpStatus: number
      readonly late: boolean
    }
  /** A reply that speaks of the user's own answer reached the tab. */
  | {
      readonly kind: 'heard'
      readonly tab: number
      readonly user: string
      readonly eventId: string
      readonly status: string
    }
  | {
      readonly kind: 'shown'
      readonly tab: number
      readonly eventId: string
      readonly view: EventView | undefined
    }
  | { readonly kind: 'outbox-shown'; readonly tab: number; readonly entries: readonly OutboxEntry[] }
  | { readonly kind: 'status-shown'; readonly tab: number; readonly status: SyncStatus }
  /** Somebody else changed something at the server: another device of the user (`by: 'me'`), others, the organiser. */
  | {
      readonly kind: 'moved'
      readonly by: 'me' | 'others' | 'organiser'
      readonly user: string
      readonly eventId: string
      readonly what: string
    }
  | { readonly kind: 'tab'; readonly tab: number; readonly what: string }
  | { readonly kind: 'fault'; readonly what: string; readonly tab?: number }
  | { readonly kind: 'step'; readonly number: number; readonly story: string }

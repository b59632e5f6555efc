import type { RsvpStatus } from '../model/entities.ts'

/** Which tab or event is meant: counted round what exists at that moment, so that every shrunk history is valid. */
export type Index = number

/** What becomes of one request. Times are milliseconds. */
export type Fate =
  /** It never arrives; the tab hears a network error, or nothing at all until its time-out. */
  | { readonly kind: 'lose-request'; readonly silently: boolean }
  /** It arrives; the reply does not. */
  | { readonly kind: 'lose-reply'; readonly silently: boolean }
  /** The reply comes late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** It arrives twice, the second time late. */
  | { readonly kind: 'duplicate'; readonly ms: number }
  /** The tab hears an error (or nothing); the server gets it late all the same. */
  | { readonly kind: 'zombie'; readonly ms: number; readonly silently: boolean }
  /** It arrives after the next one. */
  | { readonly kind: 'reorder' }
  /** The server answers with an error; it may have done what was asked all the same. */
  | {
      readonly kind: 'reply'
      readonly status: 401 | 403 | 408 | 409 | 429 | 500 | 503
      readonly retryAfterS?: number | undefined
      readonly applied: boolean
    }
  /** Something else answers in the server's place. */
  | { readonly kind: 'captive-portal' | 'broken-json' | 'redirect'; readonly applied: boolean }

export type StorageFault =
  /** The next write throws at its first put. */
  | 'quota'
  | 'unknown-error'
  /** The next write is refused at its commit. */
  | 'commit'
  /** The connection is lost, and the page is told so. */
  | 'connection-lost'
  /** The next `open()` fails. */
  | 'open'

/** One thing that happens in a history: plain data, so that a history can be written down, shrunk and played again. */
export type Step = StepKind & {
  /** The next step follows at once, while this one is still at work. */
  readonly hurry?: boolean | undefined
}

export type StepKind =
  | { readonly do: 'tap'; readonly tab: Index; readonly event: Index; readonly status: RsvpStatus }
  | { readonly do: 'retry' | 'discard'; readonly tab: Index; readonly event: Index }
  | { readonly do: 'sync' | 'pull-events' | 'pull-mine'; readonly tab: Index }
  | { readonly do: 'pull-event' | 'pull-attendees'; readonly tab: Index; readonly event: Index }
  /** A tab, or a worker: the same store without a page around it. */
  | { readonly do: 'open'; readonly worker: boolean }
  | { readonly do: 'close' | 'reload' | 'resume'; readonly tab: Index }
  /** The tab dies before its nth effect from now: a storage request, a commit, a request sent, a reply. */
  | { readonly do: 'crash'; readonly tab: Index; readonly after: number }
  /** The tab's event loop stops, there and then or before its nth effect; `told`: with a freeze event first. */
  | { readonly do: 'freeze'; readonly tab: Index; readonly after: number; readonly told: boolean }
  /** `told`: the platform says so; else only the requests fail. */
  | { readonly do: 'network'; readonly up: boolean; readonly told: boolean }
  /** The fate of the next request of that kind that has none yet. */
  | { readonly do: 'fate'; readonly of: 'answer' | 'any'; readonly fate: Fate }
  | { readonly do: 'server-down' | 'no-tokens' | 'pass'; readonly ms: number }
  | { readonly do: 'expire-tokens' }
  | { readonly do: 'log-out'; readonly tab: Index; readonly unsent: 'keep' | 'discard' | 'send' }
  /** Another device of the same user answers. */
  | { readonly do: 'elsewhere'; readonly event: Index; readonly status: RsvpStatus }
  /** Somebody else answers. */
  | { readonly do: 'others'; readonly event: Index; readonly who: Index; readonly status: RsvpStatus }
  | { readonly do: 'organiser'; readonly event: Index; readonly what: Organised }
  /** Moves the phone's clock; the server's goes on. */
  | { readonly do: 'clock'; readonly ms: number }
  | { readonly do: 'storage'; readonly tab: Index; readonly fault: StorageFault }

export type Organised = 'cancel' | 'delete' | 'end' | 'reschedule' | 'start-soon'

/** Everything a play needs, as plain JSON. */
export interface History {
  /** For what the steps leave open: latencies, the store's own jitter. */
  readonly seed: number
  /** Does the server's POST only create, or also update? */
  readonly wording: 'post-creates' | 'upsert'
  readonly steps: readonly Step[]
}

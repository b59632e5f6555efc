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
  /** Among the rows of its reply are some that nobody can read. */
  | { readonly kind: 'bad-rows' }
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
  /** The next transaction gets no answer for eight seconds, and is aborted then. */
  | 'hang'
  /** The next `open()` fails, after eight seconds. */
  | 'slow-open'

/** What becomes of the live feed: of every connection, or of the next message to anybody. */
export type LiveFault =
  /** They break, and the tabs hear it. */
  | 'cut'
  /** Nothing comes any more, and nobody is told. */
  | 'deaf'
  | 'lose'
  /** Later ones overtake it. */
  | 'late'
  | 'twice'

interface AtTab {
  readonly tab: Index
}
interface AtEvent {
  readonly event: Index
}
interface ForAWhile {
  readonly ms: number
}
type Nothing = Record<never, never>

/** Every step there is, with what it needs to know. */
export interface Vocabulary {
  readonly tap: AtTab & AtEvent & { readonly status: RsvpStatus }
  readonly retry: AtTab & AtEvent
  readonly discard: AtTab & AtEvent
  readonly sync: AtTab
  readonly 'pull-events': AtTab
  readonly 'pull-mine': AtTab
  readonly 'pull-event': AtTab & AtEvent
  readonly 'pull-attendees': AtTab & AtEvent
  /** Everything that may go from this device goes. */
  readonly prune: AtTab & { readonly keepMine: boolean }
  /** A tab, or a worker: the same store without a page around it. */
  readonly open: { readonly worker: boolean }
  readonly close: AtTab
  /** The page goes without a word, and comes back. */
  readonly reload: AtTab
  /** The tab dies before its nth effect from now: a storage request, a commit, a request sent, a reply. */
  readonly crash: AtTab & { readonly after: number }
  /** The tab's event loop stops, there and then or before its nth effect; `told`: with a freeze event first. */
  readonly freeze: AtTab & { readonly after: number; readonly told: boolean }
  readonly resume: AtTab
  /** `told`: the platform says so; else only the requests fail. */
  readonly network: { readonly up: boolean; readonly told: boolean }
  /** The fate of the next request of that kind that has none yet. */
  readonly fate: { readonly of: 'answer' | 'any'; readonly fate: Fate }
  readonly live: { readonly fault: LiveFault }
  readonly 'server-down': ForAWhile
  /** Every token ends, and the app gets no new one for a while. */
  readonly 'no-tokens': ForAWhile
  readonly 'expire-tokens': Nothing
  readonly 'log-out': AtTab & { readonly unsent: 'keep' | 'discard' | 'send' }
  /** Another device of the same user answers. */
  readonly elsewhere: AtEvent & { readonly status: RsvpStatus }
  /** Somebody else answers. */
  readonly others: AtEvent & { readonly who: Index; readonly status: RsvpStatus }
  readonly organiser: AtEvent & { readonly what: Organised }
  /** Moves the phone's clock; the server's goes on. */
  readonly clock: ForAWhile
  readonly storage: AtTab & { readonly fault: StorageFault }
  /** Time goes by, through everything that falls due. */
  readonly pass: ForAWhile
}

export type StepName = keyof Vocabulary

/** What a step of this name says and does. */
export type ByStep<R> = { readonly [Name in StepName]: (step: Vocabulary[Name]) => R }

/** One thing that happens in a history: plain data, so that a history can be written down, shrunk and played again. */
export type Step = StepKind & {
  /** The next step follows at once, while this one is still at work. */
  readonly hurry?: boolean | undefined
}

export type StepKind = { [Name in StepName]: { readonly do: Name } & Vocabulary[Name] }[StepName]

/** Looks a step up in a table that names every one. */
export const inTable = <R>(table: ByStep<R>, step: Step): R => (table[step.do] as (one: Step) => R)(step)

export type Organised = 'cancel' | 'delete' | 'end' | 'reschedule' | 'start-soon'

/** They pull it every five minutes; or they have a live feed, and pull every ten. */
export type Freshness = 'pulled' | 'live'

/** Everything a play needs, as plain JSON. */
export interface History {
  /** For what the steps leave open: latencies, the store's own jitter. */
  readonly seed: number
  /** Does the server's POST only create, or also update? */
  readonly wording: 'post-creates' | 'upsert'
  /** What the tabs do by themselves about what they show; without a word: nothing, they pull when told to. */
  readonly freshness?: Freshness | undefined
  readonly steps: readonly Step[]
}

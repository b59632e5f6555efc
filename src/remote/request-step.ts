import type { Failure } from '../model/failure.ts'
import type { Moment } from '../model/moment.ts'
import type { Meaning, Question } from './remote.ts'

/** One request of this store: it leaves, or what came of it is known. Never holds the token. */
export type RequestStep = {
  /** Epoch milliseconds, by this device's clock. */
  readonly at: Moment
  readonly question: Question
} & (
  | { readonly what: 'sent' }
  /** What the reply means, or that there was none: then `failure` says why. */
  | { readonly what: 'heard'; readonly verdict: 'accepted' }
  | { readonly what: 'heard'; readonly verdict: Meaning; readonly failure: Failure }
)

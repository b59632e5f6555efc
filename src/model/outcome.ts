import type { ResponseRow } from './entities.ts'
import type { Failure } from './failure.ts'

/** How an answer ended. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly response: ResponseRow }
  /** A newer answer of mine took its place before it was accepted. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'discarded' }
  | { readonly kind: 'failed'; readonly failure: Failure }

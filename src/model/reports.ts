import type { QuarantinedRow } from './bundle.ts'
import { aSignal, fields } from './input.ts'

/** What became of rows that could be read. */
export interface Merged {
  /** Written: new, newer, or changed. */
  readonly applied: number
  /** Left out: what is stored is newer, or was asked for later. */
  readonly stale: number
}

/** What became of every row of a bundle. Rows that say nothing new are in none of the three. */
export interface MergeReport extends Merged {
  readonly quarantined: readonly QuarantinedRow[]
}

/** What a pull brought: rows merged, over how many pages. */
export interface PullReport extends MergeReport {
  readonly pages: number
}

export interface Cancellable {
  /** Gives the pull up: it rejects with `cancelled`, and what has come so far stays. */
  readonly signal?: AbortSignal | undefined
}

const checkFields = fields({ signal: aSignal })

export function signalOf(options: Cancellable = {}): AbortSignal | undefined {
  checkFields(options, 'options')
  return options.signal
}

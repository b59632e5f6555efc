import type { Pullable } from './pullable.ts'

/** What somebody watches. */
export interface Want {
  readonly what: Pullable
  observers: number
  /** What was asked for before this moment will not do. */
  since: number
  /** Something may have happened unheard until this moment. */
  missedUntil: number
  /** Also where nothing goes by itself. */
  isForced: boolean
  failures: number
  /** Not before this, by the clock's `elapsed`. */
  notBefore: number
  pulling: AbortController | undefined
  /** Another tab pulls it. */
  isElsewhere: boolean
}

/** What was asked for before this moment will do no more. */
export const ask = (want: Want, since: number) => {
  want.since = Math.max(want.since, since)
}

export const newWant = (what: Pullable): Want => ({
  what,
  observers: 0,
  since: Number.NEGATIVE_INFINITY,
  missedUntil: Number.NEGATIVE_INFINITY,
  isForced: false,
  failures: 0,
  notBefore: 0,
  pulling: undefined,
  isElsewhere: false,
})

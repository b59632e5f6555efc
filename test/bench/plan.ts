/** How much of everything. */
export interface Plan {
  readonly name: 'full' | 'quick'
  readonly rounds: number
  readonly taps: number
  readonly merged: number
  readonly merges: number
  readonly answers: number
  /** How many events a cold start finds, how many answers that wait, and how often it is done. */
  readonly events: number
  readonly coldAnswers: number
  readonly colds: number
  readonly observers: number
  /** Of those that observe everything: taps, and as long spells of nothing. */
  readonly observedTaps: number
  readonly idles: number
  /** Milliseconds of the server's reply. */
  readonly waits: readonly number[]
  /** Also with so many events, in the first round: few, then many. */
  readonly growth?: readonly [few: number, many: number]
  /** The longest that one task of one contender may take. */
  readonly limitMs: number
  /** The longest that all may take together; shared fairly. */
  readonly allMs: number
}

export const FULL: Plan = {
  name: 'full',
  rounds: 3,
  taps: 40,
  merged: 10_000,
  merges: 3,
  answers: 500,
  events: 10_000,
  coldAnswers: 200,
  colds: 5,
  observers: 1_000,
  observedTaps: 8,
  idles: 5,
  waits: [0, 50],
  growth: [1_000, 50_000],
  limitMs: 120_000,
  allMs: Number.POSITIVE_INFINITY,
}

/** Shows in less than a minute, builds included, whether something is far off. */
export const QUICK: Plan = {
  name: 'quick',
  rounds: 1,
  taps: 8,
  merged: 500,
  merges: 1,
  answers: 20,
  events: 500,
  coldAnswers: 10,
  colds: 1,
  observers: 100,
  observedTaps: 1,
  idles: 1,
  waits: [0],
  limitMs: 20_000,
  allMs: 48_000,
}

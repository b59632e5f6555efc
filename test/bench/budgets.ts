import { median, quantile } from './figures.ts'
import type { Samples } from './measure.ts'
import type { Figures, Results, Turn } from './results.ts'

export type Unit = 'ms' | 'bytes' | 'times' | 'count'

/** One line of the report: a figure of every contender, and what rsvp-store may take. */
export interface Row {
  readonly label: string
  /** The task whose failure explains that there is no figure. */
  readonly task: string
  readonly unit: Unit
  readonly value: (own: Figures) => number | undefined
  /** What it is divided by, of bare IndexedDB in the same round. Missing where a ratio says nothing. */
  readonly base?: (bare: Figures) => number | undefined
  readonly budget?: Budget
  /** Its title in the chart. */
  readonly panel?: string
  /** What a store of relaxed durability finishes sooner, because it waits for less. */
  readonly isWrite?: boolean
}

export interface Budget {
  readonly of: 'value' | 'ratio'
  readonly atMost: number
}

type Value = Row['value']

const worst = (samples: Samples) => Math.max(...samples)

const of =
  (figure: string, summarize: (samples: Samples) => number = median): Value =>
  (figures) => {
    const samples = figures[figure]
    return samples && samples.length > 0 ? summarize(samples) : undefined
  }

const quotient =
  (above: Value, below: Value): Value =>
  (figures) =>
    divide(above(figures), below(figures))

/** A row of milliseconds, compared with the same of bare IndexedDB. */
const timed = (task: string, label: string, figure: string, rest: Partial<Row> = {}): Row => {
  const value = rest.value ?? of(figure)
  return { task, label, unit: 'ms', value, base: value, ...rest }
}

const ratio = (atMost: number): Budget => ({ of: 'ratio', atMost })
const value = (atMost: number): Budget => ({ of: 'value', atMost })

/** A row that is a ratio of its own. */
const factor = (task: string, label: string, above: string, below: string, budget?: Budget): Row => ({
  task,
  label,
  unit: 'times',
  value: quotient(of(above), of(below)),
  ...(budget && { budget }),
})

/** The wording is that of the full plan: only that is written down. */
export const ROWS: readonly Row[] = [
  timed('T1', 'T1 tap → view of one event', 'T1 event', {
    budget: ratio(0.1),
    panel: 'T1 tap → view of an event',
  }),
  timed('T1', 'T1 tap → list of 50', 'T1 list', { budget: ratio(0.15), panel: 'T1 tap → list of 50' }),
  timed('T2', 'T2 tap → on disk', 'T2', { budget: ratio(1.3), panel: 'T2 tap → on disk', isWrite: true }),
  timed('T3', 'T3 tap → view while 10,000 merge', 'T3', {
    budget: value(1),
    panel: 'T3 tap → view during a merge',
  }),
  timed('T3', '… the 95th percentile', 'T3', {
    value: of('T3', (samples) => quantile(samples, 0.95)),
    base: of('T3', (samples) => quantile(samples, 0.95)),
    budget: value(16),
    panel: 'T3 … the 95th percentile',
  }),
  timed('T4', 'T4 merge 10,000 entities', 'T4', {
    budget: ratio(1.5),
    panel: 'T4 merge of 10,000',
    isWrite: true,
  }),
  timed('T3', '… the longest block meanwhile', 'T4 block', {
    value: of('T4 block', worst),
    base: of('T4 block', worst),
    budget: value(16),
    panel: 'T4 … the longest block meanwhile',
  }),
  timed('T5', 'T5 cold start, 10,000 events (÷ limit)', 'T5', {
    base: of('T5 limit'),
    budget: ratio(1.3),
    panel: 'T5 cold start',
  }),
  timed('T6', 'T6 one tap, 1,000 observers: emission', 'T6 emission', {
    budget: value(0.2),
    panel: 'T6 one tap, 1,000 observers: emission',
  }),
  {
    // No ratio: bare IndexedDB's is next to nothing, and its rest after the subtraction is chance.
    task: 'T6',
    label: '… work of the main thread',
    unit: 'ms',
    value: of('T6 work'),
    budget: value(2),
    panel: 'T6 … the main thread’s work',
  },
  {
    task: 'T6',
    label: '… needless emissions',
    unit: 'count',
    value: of('T6 needless', worst),
    budget: value(0),
  },
  timed('T6', '… subscribing all', 'T6 subscribing', { budget: value(100), panel: 'T6 … subscribing all' }),
  timed('T7', 'T7 push 500, server at once', 'T7 0', {
    budget: ratio(1.25),
    panel: 'T7 push 500, server at once',
    isWrite: true,
  }),
  factor('T7', 'T7 … at once ÷ the fetches alone', 'T7 0', 'T7 0 fetches'),
  timed('T7', 'T7 push 500, server after 50 ms', 'T7 50', {
    panel: 'T7 push 500, server after 50 ms',
    isWrite: true,
  }),
  factor('T7', 'T7 … after 50 ms ÷ the fetches alone', 'T7 50', 'T7 50 fetches', value(1.08)),
  {
    task: 'T8',
    label: 'T8 size of an app, min + gzip',
    unit: 'bytes',
    value: of('size'),
    budget: value(56_000),
    panel: 'T8 size, min + gzip',
  },
  {
    task: 'T5',
    label: 'T9 heap after the cold start',
    unit: 'bytes',
    value: of('T5 heap'),
    budget: value(1_600_000),
    panel: 'T9 heap after the cold start',
  },
  factor('T10', 'T10 50,000 events ÷ 1,000: T1', 'T10 many tap', 'T10 few tap', value(1.2)),
  factor('T10', '… T5', 'T10 many', 'T10 few', value(1.6)),
  factor('T10', '… heap', 'T10 many heap', 'T10 few heap', value(1.2)),
]

/** What came of a row for one contender, round by round. */
export interface Found {
  readonly values: Samples
  readonly ratios: Samples
  /** Why there are no values. */
  readonly failure: string | undefined
}

export function find({ value, base, task }: Row, name: string, { rounds }: Results): Found {
  const turns = rounds.flatMap((round) => round[name] ?? [])
  const ratioIn = (round: Readonly<Record<string, Turn>>) => {
    const [own, bare] = [round[name], round.bare]
    return own && bare && base ? divide(value(own.figures), base(bare.figures)) : undefined
  }
  return {
    values: turns.flatMap(({ figures }) => value(figures) ?? []),
    ratios: rounds.flatMap((round) => ratioIn(round) ?? []),
    failure: turns.flatMap(({ failures }) => failures[task] ?? failures.check ?? [])[0],
  }
}

/** Whether the budget is met; nothing where nothing was measured. */
export function isMet({ budget }: Row, { values, ratios }: Found): boolean | undefined {
  const samples = budget?.of === 'ratio' ? ratios : values
  return budget && samples.length > 0 ? median(samples) <= budget.atMost : undefined
}

const divide = (above?: number, below?: number) =>
  above === undefined || below === undefined || below === 0 ? undefined : above / below

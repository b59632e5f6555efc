import type * as FastCheck from 'fast-check'
import { RSVP_STATUSES } from '../model/entities.ts'
import type { Fate, History, Step, StepKind } from './step.ts'

type Fc = typeof FastCheck
type Weighted = { readonly weight: number; readonly arbitrary: FastCheck.Arbitrary<StepKind> }

export interface HistoriesOptions {
  /** @defaultValue 40 */
  readonly maxSteps?: number | undefined
  /** Every history's tabs keep what they show fresh by themselves; else none do. @defaultValue `false` */
  readonly fresh?: boolean | undefined
}

const SECOND = 1_000
const MINUTE = 60_000

/**
 * Histories for fast-check, which the caller brings along: `histories<fc.Arbitrary<History>>(fc)`.
 * @param fc the whole of fast-check; its types are named by the caller, so that nobody else needs them.
 */
export function histories<A>(
  fc: { constant(value: History): A },
  { maxSteps = 40, fresh = false }: HistoriesOptions = {},
): A {
  return historiesBy(fc as unknown as Fc, maxSteps, fresh) as A
}

function historiesBy(fc: Fc, maxSteps: number, fresh: boolean): FastCheck.Arbitrary<History> {
  const step = fc
    .record({ kind: stepKinds(fc), hurry: fc.integer({ min: 0, max: 7 }) })
    .map(({ kind, hurry }): Step => (hurry === 7 && kind.do !== 'pass' ? { ...kind, hurry: true } : kind))
  return fc.record({
    seed: fc.integer({ min: 1, max: 1_000_000 }),
    wording: fc.constantFrom('post-creates' as const, 'upsert' as const),
    steps: fc.array(step, { minLength: 1, maxLength: maxSteps, size: 'max' }),
    freshness: fresh ? fc.constantFrom('pulled' as const, 'live' as const) : fc.constant(undefined),
  })
}

function fates(fc: Fc): FastCheck.Arbitrary<Fate> {
  const silently = fc.boolean()
  const applied = fc.boolean()
  const retryAfterS = fc.constantFrom(undefined, 5, 90)
  const ms = fc.constantFrom(2 * SECOND, 10 * SECOND, 25 * SECOND, 2 * MINUTE, 5 * MINUTE)
  return fc.oneof(
    fc.record({ kind: fc.constant('lose-request' as const), silently }),
    fc.record({ kind: fc.constant('lose-reply' as const), silently }),
    fc.record({ kind: fc.constant('delay' as const), ms }),
    fc.record({ kind: fc.constant('duplicate' as const), ms }),
    fc.record({ kind: fc.constant('zombie' as const), ms, silently }),
    fc.record({ kind: fc.constantFrom('reorder' as const, 'bad-rows' as const) }),
    fc.record({
      kind: fc.constant('reply' as const),
      status: fc.constantFrom(500 as const, 503 as const, 408 as const),
      retryAfterS,
      applied,
    }),
    // What a server says it did not take it has not applied: the store takes its word for that.
    fc.record({
      kind: fc.constant('reply' as const),
      status: fc.constantFrom(401 as const, 403 as const, 409 as const, 429 as const),
      retryAfterS,
      applied: fc.constant(false),
    }),
    fc.record({
      kind: fc.constantFrom('captive-portal' as const, 'broken-json' as const, 'redirect' as const),
      applied,
    }),
  )
}

function stepKinds(fc: Fc): FastCheck.Arbitrary<StepKind> {
  const tab = fc.nat({ max: 3 })
  const event = fc.nat({ max: 2 })
  const status = fc.constantFrom(...RSVP_STATUSES)
  const after = fc.oneof(fc.constant(0), fc.nat({ max: 60 }))
  const of = <T extends StepKind['do']>(name: T) => fc.constant(name)
  const step = (weight: number, arbitrary: FastCheck.Arbitrary<StepKind>): Weighted => ({ weight, arbitrary })
  const short = fc.constantFrom(300, SECOND, 5 * SECOND, 12 * SECOND, 30 * SECOND)
  const long = fc.constantFrom(MINUTE, 5 * MINUTE, 12 * MINUTE)
  const shares = [
    step(24, fc.record({ do: of('tap'), tab, event, status })),
    step(14, fc.record({ do: of('pass'), ms: short })),
    step(4, fc.record({ do: of('pass'), ms: long })),
    step(1, fc.record({ do: of('pass'), ms: fc.constant(60 * MINUTE) })),
    step(
      16,
      fc.record({
        do: of('fate'),
        of: fc.constantFrom('answer' as const, 'answer' as const, 'any' as const),
        fate: fates(fc),
      }),
    ),
    step(4, fc.record({ do: of('crash'), tab, after })),
    step(3, fc.record({ do: of('freeze'), tab, after, told: fc.boolean() })),
    step(4, fc.record({ do: of('resume'), tab })),
    step(3, fc.record({ do: of('open'), worker: fc.boolean() })),
    step(2, fc.record({ do: fc.constantFrom('close' as const, 'reload' as const), tab })),
    step(3, fc.record({ do: of('network'), up: fc.constant(false), told: fc.boolean() })),
    step(4, fc.record({ do: of('network'), up: fc.constant(true), told: fc.constant(true) })),
    step(
      3,
      fc.record({
        do: of('storage'),
        tab,
        fault: fc.constantFrom(
          'quota' as const,
          'unknown-error' as const,
          'commit' as const,
          'connection-lost' as const,
          'open' as const,
          'hang' as const,
          'slow-open' as const,
        ),
      }),
    ),
    step(4, fc.record({ do: of('elsewhere'), event, status })),
    step(2, fc.record({ do: of('others'), event, who: fc.nat({ max: 2 }), status })),
    step(6, fc.record({ do: fc.constantFrom('pull-event' as const, 'pull-attendees' as const), tab, event })),
    step(
      7,
      fc.record({ do: fc.constantFrom('pull-events' as const, 'pull-mine' as const, 'sync' as const), tab }),
    ),
    step(3, fc.record({ do: fc.constantFrom('discard' as const, 'retry' as const), tab, event })),
    step(
      1,
      fc.record({
        do: of('organiser'),
        event,
        what: fc.constantFrom(
          'cancel' as const,
          'delete' as const,
          'end' as const,
          'reschedule' as const,
          'start-soon' as const,
        ),
      }),
    ),
    step(
      3,
      fc.record({
        do: of('live'),
        fault: fc.constantFrom(
          'cut' as const,
          'deaf' as const,
          'lose' as const,
          'late' as const,
          'twice' as const,
        ),
      }),
    ),
    step(1, fc.record({ do: of('prune'), tab, keepMine: fc.boolean() })),
    step(1, fc.record({ do: of('server-down'), ms: fc.constantFrom(20 * SECOND, 10 * MINUTE) })),
    step(1, fc.record({ do: of('expire-tokens') })),
    step(1, fc.record({ do: of('no-tokens'), ms: fc.constantFrom(20 * SECOND, 10 * MINUTE) })),
    step(
      1,
      fc.record({
        do: of('log-out'),
        tab,
        unsent: fc.constantFrom('keep' as const, 'discard' as const, 'send' as const),
      }),
    ),
    step(
      1,
      fc.record({
        do: of('clock'),
        ms: fc.constantFrom(-60 * MINUTE, -10 * SECOND, 10 * SECOND, 2 * MINUTE, 60 * MINUTE),
      }),
    ),
  ]
  return fc.oneof(...shares)
}

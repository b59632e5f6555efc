import { createActor } from './act.ts'
import { endQuietly } from './ending.ts'
import type { Watch } from './facts.ts'
import type { Happening } from './happening.ts'
import { INVARIANTS } from './invariants.ts'
import { lineOf } from './log.ts'
import type { History } from './step.ts'
import { faultOf, tell } from './story.ts'
import { createSimulatedWorld, type WorldOptions } from './world.ts'

export interface Violation {
  /** The invariant, which begins with its promise: `P3 order`. */
  readonly promise: string
  readonly what: string
  /** After which step; one more than there are: in the quiet ending. */
  readonly step: number
}

export interface PlayOptions extends WorldOptions {
  /** Only these invariants, by the beginning of their names: `P3`. */
  readonly only?: string | undefined
  /** Invariants that are known not to hold. */
  readonly except?: readonly string[] | undefined
  /** Keeps every happening as a line, in `Report.log`. */
  readonly log?: boolean | undefined
}

/** How a history went. */
export interface Report {
  readonly violations: readonly Violation[]
  readonly steps: number
  /** Faults that were injected, by kind. */
  readonly faults: Readonly<Record<string, number>>
  readonly requests: number
  /** One sentence a step, in plain words. */
  readonly story: readonly string[]
  readonly log: readonly string[]
}

/** Plays a history with the real store, and holds what happens against the promises. Stops at the first that is broken. */
export async function play(history: History, options: PlayOptions): Promise<Report> {
  const violations: Violation[] = []
  const log: string[] = []
  const faults: Record<string, number> = {}
  const line = options.log ? lineOf() : undefined
  const watches: Watch[] = []
  let step = 0
  const world = createSimulatedWorld(history, options, (happening: Happening) => {
    if (line) log.push(line(happening))
    for (const watch of watches) watch.hear?.(happening)
  })
  for (const { name, watch } of INVARIANTS) {
    if (options.except?.includes(name) || !name.startsWith(options.only ?? '')) continue
    watches.push(watch(world.facts, (what) => violations.push({ promise: name, what, step })))
  }
  const isBroken = () => violations.length > 0
  const rest = () => {
    if (!isBroken()) for (const watch of watches) watch.calm?.()
  }
  try {
    const actor = createActor(world)
    world.open(actor.user(), false)
    await world.calm()
    rest()
    for (const one of history.steps) {
      if (isBroken()) break
      step += 1
      world.tell({ kind: 'step', number: step, story: tell(one) })
      const fault = faultOf(one)
      if (fault) faults[fault] = (faults[fault] ?? 0) + 1
      actor.begin(one)
      if (one.do === 'pass') await world.pass(one.ms, rest)
      else if (!one.hurry) {
        await world.calm()
        rest()
      }
    }
    step += 1
    if (!isBroken()) await endQuietly(world, actor, history.seed, rest)
    if (!isBroken()) for (const watch of watches) watch.end?.()
  } catch (error) {
    violations.push({ promise: 'P8 no hot loop', what: String(error), step })
  } finally {
    world.end()
  }
  const story = history.steps.map((one, at) => `${at + 1}. ${tell(one)}`)
  return {
    violations,
    steps: history.steps.length,
    faults,
    requests: world.network.requests.length,
    story,
    log,
  }
}

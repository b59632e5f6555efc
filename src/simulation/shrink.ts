import type { History, Step } from './step.ts'

/**
 * The shortest and plainest history that is still broken: steps are left out, first many at a time, then what is left
 * is made plainer. Needs no generator, only a judge; asks it a few dozen times.
 */
export async function shrink(
  history: History,
  isBroken: (candidate: History) => Promise<boolean>,
): Promise<History> {
  let best = history
  const attempt = async (steps: readonly Step[]): Promise<boolean> => {
    const candidate = { ...best, steps }
    const isBetter = await isBroken(candidate)
    if (isBetter) best = candidate
    return isBetter
  }
  let before: number
  do {
    before = best.steps.length
    for (let size = Math.ceil(before / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2))
      for (let from = 0; from < best.steps.length; )
        if (!(await attempt(best.steps.toSpliced(from, size)))) from += size
  } while (best.steps.length < before)
  for (let at = 0; at < best.steps.length; at += 1)
    for (const plainer of plainerThan(best.steps[at] as Step))
      if (await attempt(best.steps.with(at, plainer))) break
  return best
}

/** The same step with less in it, the plainest first. */
function plainerThan(step: Step): Step[] {
  const { hurry, ...calm } = step
  const found: Step[] = []
  const unhurried = calm as Step
  if (hurry) found.push(unhurried)
  if ('tab' in step && step.tab > 0) found.push({ ...unhurried, tab: 0 } as Step)
  if ('event' in step && step.event > 0) found.push({ ...unhurried, event: 0 } as Step)
  if ('after' in step && step.after > 0) found.push({ ...unhurried, after: 0 } as Step)
  return found
}

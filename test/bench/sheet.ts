import { say } from '../browser/install.ts'
import { inTime, type Samples } from './measure.ts'
import type { Turn } from './results.ts'

export type Keep = (figure: string, samples: Samples) => void

const NO_TIME = 'out of time'
/** As `inTime` says it, here or in the page. */
const LATE = /took more than (\d+) s/

/** Where one turn's figures are written down, and what could not be done. */
export interface Sheet {
  readonly keep: Keep
  /** Does a task. One that fails or takes too long is left open, with the reason; says whether it left nothing behind. */
  attempt(task: string, work: () => Promise<void>): Promise<boolean>
  turn(): Turn
}

export function createSheet(name: string, limitMs: number, untilMs: number): Sheet {
  const figures: Record<string, Samples> = {}
  const failures: Record<string, string> = {}
  return {
    keep(figure, samples) {
      figures[figure] = [...(figures[figure] ?? []), ...samples]
    },
    async attempt(task, work) {
      const leftMs = untilMs - performance.now()
      if (leftMs <= 0) {
        failures[task] = NO_TIME
        return true
      }
      try {
        await inTime(work(), task, Math.min(limitMs, leftMs))
        return true
      } catch (error) {
        const late = LATE.exec(String(error))
        failures[task] = !late ? 'failed' : leftMs < limitMs ? NO_TIME : `> ${late[1]} s`
        say(`  ${name}, ${task}: ${String(error).split('\n')[0]}`)
        return false
      }
    },
    turn: () => ({ figures, failures }),
  }
}

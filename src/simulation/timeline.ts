import type { ClockPort, Stop } from '../ports.ts'
import type { Gate } from './gate.ts'

interface Due {
  readonly moment: number
  readonly run: () => void
}

export type Timeline = ReturnType<typeof createTimeline>

/** One time for the whole world. The server's clock shows it; the phone's may be wrong, and may jump. */
export function createTimeline(start: number) {
  /** The soonest first; of the same moment, the one that was asked for first. */
  const queue: Due[] = []
  let current = start
  let wrongBy = 0

  function at(moment: number, run: () => void): Stop {
    const due = { moment: Math.max(moment, current), run }
    let place = queue.length
    while (place > 0 && (queue[place - 1]?.moment ?? 0) > due.moment) place -= 1
    queue.splice(place, 0, due)
    return () => {
      const index = queue.indexOf(due)
      if (index >= 0) queue.splice(index, 1)
    }
  }

  const device = () => current + wrongBy

  return {
    now: () => current,
    at,
    device,
    /** Moves the phone's clock. Timers run by real time, as the platform's do. */
    jump(ms: number): void {
      wrongBy += ms
    },
    /** When the next thing happens. */
    next: (): number | undefined => queue[0]?.moment,
    waiting: () => queue.length,
    /** Moves on to the next thing, if it is due by then, and lets it happen. */
    step(until: number): boolean {
      const due = queue[0]
      if (!due || due.moment > until) return false
      queue.shift()
      current = due.moment
      due.run()
      return true
    },
    /** Nothing that was to happen does. */
    end(): void {
      queue.length = 0
    },
    moveTo(moment: number): void {
      current = Math.max(current, moment)
    },
    /** The phone's clock as one tab has it: while the tab is frozen, its timers wait. */
    clockOf(gate: Gate): ClockPort {
      return {
        now: device,
        at(moment, run) {
          let stop: Stop = () => {}
          const ring = () => (device() < moment ? arm() : run())
          const arm = () => {
            let stopped = false
            const cancel = at(current + Math.max(0, moment - device()), () =>
              gate.pass(() => stopped || ring()),
            )
            stop = () => {
              stopped = true
              cancel()
            }
          }
          arm()
          return () => stop()
        },
        elapsed: () => current,
        after(ms, run) {
          let stopped = false
          const cancel = at(current + ms, () => gate.pass(() => stopped || run()))
          return () => {
            stopped = true
            cancel()
          }
        },
        pause: () => new Promise((resolve) => at(current, () => gate.pass(resolve))),
      }
    },
  }
}

import { credible, type Moment } from '../model/moment.ts'
import { dueAt, type OutboxRow } from '../model/outbox-entry.ts'
import type { Ports } from '../ports.ts'
import type { Outbox } from '../storage/outbox.ts'
import type { Pace } from './pace.ts'
import type { Works } from './works.ts'

export interface ScheduleParts {
  readonly ports: Pick<Ports, 'clock' | 'connectivity'>
  readonly outbox: Outbox
  readonly works: Works
  readonly pace: Pace
  /** Before this moment the whole user waits. */
  readonly pausedUntil: (now: Moment) => Moment
  /** False while the last request was not answered: then one probe at a time. */
  readonly reached: () => boolean
  readonly concurrency: number
  /** The longest honest hold of this tab, milliseconds. */
  readonly longestHoldMs: number
}

/** As many again are claimed as may be sent at once: when a slot comes free, the next is on disk already. */
const AHEAD = 2
/** How long something due may lie before it is looked at again, whatever was to poke. */
const RELOOK_MS = 30_000

export type Schedule = ReturnType<typeof createSchedule>

/** Which rows may go now, and when to look again. */
export function createSchedule({ ports, outbox, works, pace, ...parts }: ScheduleParts) {
  const { pausedUntil, reached, concurrency, longestHoldMs } = parts
  const { clock, connectivity } = ports
  let heldUntil = 0

  /** Nothing goes in this tab before `moment`. */
  const hold = (moment: Moment) => {
    heldUntil = moment
  }

  /** Before this moment nothing goes: a pause, a network just back, or the published rate limit. */
  function gate(now: Moment, ahead = works.count()): Moment {
    return Math.max(credible(heldUntil, now, longestHoldMs), pausedUntil(now), pace.freeAt(now, ahead))
  }

  /** Rows that only a moment keeps from going, soonest first. */
  function waiting(now: Moment): { readonly row: OutboxRow; readonly at: Moment }[] {
    return (
      [...outbox.state$.value.rows.values()]
        // After the clock was set back a lease is not credible, but this tab knows what it is sending.
        .filter(({ eventId, state }) => state !== 'failed' && !works.has(eventId))
        .map((row) => {
          works.lasting(row) // seen while it runs
          return { row, at: dueAt(row, now, works.leaseEnd(row.lease)) }
        })
        .sort((a, b) => a.at - b.at)
    )
  }

  const isReachable = () => connectivity.online() && reached()

  /** May more than a probe go right now? */
  const isOpen = () => isReachable() && gate(clock.now(), 0) <= clock.now()

  /** The rows whose turn has come, no more than may be under way, or stand in line for that. */
  function due(): OutboxRow[] {
    const now = clock.now()
    const most = isReachable() ? AHEAD * concurrency : 1
    const rows: OutboxRow[] = []
    for (const { row, at } of waiting(now)) {
      const ahead = works.count() + rows.length
      if (at > now || ahead >= most || gate(now, ahead) > now) break
      rows.push(row)
    }
    return rows
  }

  /** The soonest moment in the future at which something may go, or should have gone. */
  function next(): Moment {
    const now = clock.now()
    const opens = gate(now)
    const moments = waiting(now).map(({ at }) => Math.max(at, opens))
    const stalls = works.stallsIn().filter((ms) => ms > 0)
    // What is due and did not go is looked at again: no lost poke may leave an answer lying.
    return Math.min(
      ...moments.map((moment) => (moment > now ? moment : now + RELOOK_MS)),
      ...stalls.map((ms) => now + ms),
    )
  }

  return { hold, gate, isOpen, due, next }
}

import { BehaviorSubject } from 'rxjs'
import type { Moment } from '../model/moment.ts'
import type { Lease, OutboxRow } from '../model/outbox-entry.ts'
import type { StallReason } from '../model/status.ts'
import type { ClockPort } from '../ports.ts'
import type { Life } from './life.ts'

/** One row under way, from the moment its turn has come. */
export interface Work {
  readonly eventId: string
  readonly leaseId: string
  /** In elapsed time, as is all here: the time of day may be set back meanwhile. */
  readonly since: number
  /** When its lease ends. */
  readonly until: number
  /** What it is waiting for. */
  step: StallReason
  /** The reply is there, and only has to be written. */
  isDone: boolean
  /** Resolves when other tabs can tell that this one lives. */
  readonly locked: Promise<void>
  /** Ends that. */
  readonly release: () => void
}

export interface EngineState {
  readonly sending: readonly string[]
  /** Why the engine had to start anew; gone with the next thing that goes well. */
  readonly stalled?: StallReason | undefined
}

/** A lease outlives the request by this much; a dead tab holds its entry no longer. */
const LEASE_MARGIN_MS = 10_000
/** How long something may be under way, beyond a request's time, and how long the device may refuse every claim. */
const STALL_MS = 60_000

export type Works = ReturnType<typeof createWorks>

/** What this tab has under way, and whether it moves. */
export function createWorks(clock: ClockPort, timeoutMs: number) {
  const workByEvent = new Map<string, Work>()
  const state$ = new BehaviorSubject<EngineState>({ sending: [] })
  let stalled: StallReason | undefined
  let failingSince: number | undefined
  const show = () => state$.next({ sending: [...workByEvent.keys()], stalled })
  /** Not given up meanwhile. */
  const owns = (work: Work) => workByEvent.get(work.eventId) === work
  const endOf = ({ since }: Work) => since + timeoutMs + STALL_MS
  const leaseMs = timeoutMs + LEASE_MARGIN_MS
  const firstSeen = new Map<string, number>()
  /** Watches that this tab has seen running: how long they had to go, and since when. */
  const watches = new Map<string, { readonly ms: number; readonly since: number }>()

  /** A watch does not end before as much time has passed, should the time of day be set on. */
  function lasting(row: OutboxRow): OutboxRow {
    if (row.watchedUntil === undefined) return row
    const [now, elapsed] = [clock.now(), clock.elapsed()]
    const key = `${row.eventId} ${row.watchedUntil}`
    const { ms, since } = watches.get(key) ?? { ms: row.watchedUntil - now, since: elapsed }
    watches.set(key, { ms, since })
    return { ...row, watchedUntil: Math.max(row.watchedUntil, now + ms + since - elapsed) }
  }

  return {
    state$,
    has: (eventId: string) => workByEvent.has(eventId),
    owns,
    /** How many are on their way, or about to be. */
    count: () => [...workByEvent.values()].filter(({ isDone }) => !isDone).length,

    begin(eventId: string, leaseId: string, { granted, end }: Life): Work {
      const since = clock.elapsed()
      const work: Work = {
        eventId,
        leaseId,
        since,
        until: since + leaseMs,
        step: 'lock',
        isDone: false,
        locked: granted.then(() => {
          work.step = 'storage'
        }),
        release: end,
      }
      workByEvent.set(eventId, work)
      show()
      return work
    },
    done(work: Work): void {
      work.release()
      if (!owns(work)) return // the engine has started anew meanwhile
      workByEvent.delete(work.eventId)
      show()
    },
    /** Nothing is under way but what still waits for its lock, and has changed nothing yet. */
    canStop: () => [...workByEvent.values()].every(({ step }) => step === 'lock'),
    /** A row could be claimed, or could not for a fault of the device. */
    claimed(isDone: boolean): void {
      failingSince = isDone ? undefined : (failingSince ?? clock.elapsed())
    },
    wentWell(): void {
      stalled = undefined
    },

    /** What has stood still for too long, by what it waits for. */
    stuckOn(): StallReason | undefined {
      const now = clock.elapsed()
      const stuck = [...workByEvent.values()].find((work) => now >= endOf(work))
      return (
        stuck?.step ?? (failingSince !== undefined && now >= failingSince + STALL_MS ? 'storage' : undefined)
      )
    },
    /** In how many milliseconds something will have stood still for too long. */
    stallsIn: () => [...workByEvent.values()].map((work) => endOf(work) - clock.elapsed()),
    leaseMs,
    lasting,
    /** No lease ends later than it lasts: else the clock was set back, and it lasts from when it was first seen. */
    leaseEnd(lease: Lease | undefined): Moment {
      const now = clock.now()
      if (!lease || lease.until <= now + leaseMs) return lease?.until ?? 0
      const seen = firstSeen.get(lease.id) ?? clock.elapsed()
      firstSeen.set(lease.id, seen)
      return now + seen + leaseMs - clock.elapsed()
    },
    /** What is under way is left to its lease; whatever it comes to later is fenced by that. */
    giveUp(why: StallReason): void {
      workByEvent.clear()
      failingSince = undefined
      stalled = why
      show()
    },
  }
}

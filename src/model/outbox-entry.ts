import type { RsvpStatus } from './entities.ts'
import type { Failure } from './failure.ts'
import type { EventId } from './ids.ts'
import type { Moment } from './moment.ts'

/** A request that is on its way, and until when its sender has the entry for itself. */
export interface Lease {
  readonly id: string
  readonly answerId: string
  /** The status that is being sent; the entry's own may be newer. */
  readonly status: RsvpStatus
  readonly until: Moment
}

/** My newest answer to one event that the server has not settled. At most one per event. */
export interface OutboxEntry {
  readonly eventId: EventId
  /** What I last said. */
  readonly status: RsvpStatus
  /** `failed`: the server refused it; kept until retried, discarded or answered anew. */
  readonly state: 'queued' | 'sending' | 'failed'
  /** Identifies this answer: a newer one to the same event has another. */
  readonly answerId: string
  readonly queuedAt: Moment
  /** The server's word when I first answered: `null` when it had none of mine. */
  readonly base: string | null
  /** Tries in a row that ended without a word from the API. */
  readonly failures: number
  /** The entry may not go before this moment. */
  readonly notBefore: Moment
  /** A wait that the server asked for (Retry-After); a new network or a new answer does not shorten it. */
  readonly floor: Moment
  readonly lease?: Lease
  /** A request's outcome was not heard: read back what the server has before sending anything. */
  readonly unheard: boolean
  /** Why it failed, or why it still waits. */
  readonly failure?: Failure
}

/** No honest wait is longer; a stored moment further away means that the clock was set back. */
export const MAX_WAIT_MS = 3_600_000

/** A stored moment as far as it can be believed. */
export const credible = (moment: Moment, now: Moment): Moment => (moment > now + MAX_WAIT_MS ? now : moment)

/** When the entry may be claimed; never while only the user can move it. */
export function dueAt({ state, notBefore, lease }: OutboxEntry, now: Moment): Moment {
  return state === 'failed' ? Number.POSITIVE_INFINITY : credible(Math.max(notBefore, lease?.until ?? 0), now)
}

/** The entry without its request, free to go from `notBefore` on. */
const released = (
  { lease: _, failure: __, ...entry }: OutboxEntry,
  changes: Partial<OutboxEntry>,
): OutboxEntry => ({
  ...entry,
  state: 'queued',
  ...changes,
})

const FRESH = { failures: 0, floor: 0, unheard: false }

/**
 * The entry after a tap: the same entry when it already says so, `undefined` when the server already has this
 * and nothing on its way could change that, else the newer answer.
 */
export function answered(
  previous: OutboxEntry | undefined,
  tap: {
    readonly eventId: EventId
    readonly status: RsvpStatus
    readonly answerId: string
    readonly now: Moment
    readonly server: string | null
  },
): OutboxEntry | undefined {
  const { server, now, ...answer } = tap
  if (previous && previous.state !== 'failed' && previous.status === tap.status) return previous
  if (server === tap.status && !previous?.lease && !previous?.unheard) return undefined
  return {
    ...answer,
    state: 'queued',
    queuedAt: now,
    base: previous ? previous.base : server,
    failures: previous?.failures ?? 0,
    floor: previous?.floor ?? 0,
    notBefore: Math.max(now, previous?.floor ?? 0),
    unheard: previous?.unheard ?? false,
    ...(previous?.lease && { lease: previous.lease }),
  }
}

/** The entry while its request is on its way. An older lease that ended unheard is remembered as such. */
export function claimed(
  entry: OutboxEntry,
  lease: { readonly id: string; readonly until: Moment },
): OutboxEntry {
  return {
    ...entry,
    state: 'sending',
    unheard: entry.unheard || entry.lease !== undefined,
    lease: { ...lease, answerId: entry.answerId, status: entry.status },
  }
}

/** Gone when the server has what I last said; else the newer answer, free to go at once. */
export function settled(entry: OutboxEntry, server: string, now: Moment): OutboxEntry | undefined {
  if (entry.answerId === entry.lease?.answerId || entry.status === server) return undefined
  return released(entry, { ...FRESH, base: server, notBefore: now })
}

export interface Wait extends Pick<OutboxEntry, 'notBefore' | 'floor' | 'unheard'> {
  readonly failure: Failure
  /** Waits that say nothing about this entry (429, 401) do not count against it. */
  readonly counts: boolean
}

/** No outcome: the entry waits, and reads back first if the server may have applied something. */
export const unsettled = (entry: OutboxEntry, { counts, ...wait }: Wait): OutboxEntry =>
  released(entry, { ...wait, failures: entry.failures + (counts ? 1 : 0) })

/** Refused; a newer answer given meanwhile was not, and gets its own turn. */
export function refused(
  entry: OutboxEntry,
  { failure, unheard, now }: { readonly failure: Failure; readonly unheard: boolean; readonly now: Moment },
): OutboxEntry {
  const next = { ...FRESH, unheard, notBefore: now }
  const isSame = entry.answerId === (entry.lease ?? entry).answerId
  return released(entry, isSame ? { ...next, state: 'failed', failure } : next)
}

/** The user wants it sent now; only a wait the server asked for still stands. */
export const retried = (entry: OutboxEntry, now: Moment): OutboxEntry =>
  entry.lease ? entry : released(entry, { failures: 0, notBefore: Math.max(now, entry.floor) })

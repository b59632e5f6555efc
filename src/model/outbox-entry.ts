import type { RsvpStatus } from './entities.ts'
import type { Failure } from './failure.ts'
import type { EventId } from './ids.ts'
import { credible, type Moment } from './moment.ts'

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
  /** What requests carried that nobody heard of again: the server may still apply them, late, each one. */
  readonly abandoned?: readonly string[]
  /** Why it failed, or why it still waits. */
  readonly failure?: Failure
}

/**
 * What is on disk of my answer to one event: an open entry, or a watched one.
 * A watched one is settled, but requests of it may still land, over what I said last: until then somebody looks.
 */
export interface OutboxRow extends OutboxEntry {
  readonly watchedUntil?: Moment
  /** I said last that I say nothing: whatever lands is right, once it is seen. */
  readonly isDiscarded?: boolean
}

/** How long a request that nobody heard of is believed to be able to land. */
export const WATCH_MS = 600_000
/** The first look at the server comes after this time; each later one is three times as late. */
const FIRST_LOOK_MS = 10_000

/** Is it still an answer that the server has to take? */
export const isOpen = (row: OutboxRow | undefined): row is OutboxEntry & { readonly watchedUntil?: never } =>
  row !== undefined && row.watchedUntil === undefined

/** Could a request that lands late turn what I said last, or after a discard anything? */
export const isAtRisk = ({ abandoned = [], status, isDiscarded }: OutboxRow): boolean =>
  abandoned.some((other) => isDiscarded || other !== status)

/** The row with no wait of ours beyond `moment`; those that the server chose stay. */
export const hastenedTo = (row: OutboxRow, moment: Moment): OutboxRow =>
  row.state === 'queued' && (row.failures > 0 || isAtRisk(row))
    ? { ...row, notBefore: Math.max(row.floor, Math.min(row.notBefore, moment)) }
    : row

/** When the entry may be claimed; never while only the user can move it. `leaseEnd`: where that is known better. */
export function dueAt(
  { state, notBefore, lease }: OutboxEntry,
  now: Moment,
  leaseEnd = lease?.until ?? 0,
): Moment {
  return state === 'failed'
    ? Number.POSITIVE_INFINITY
    : Math.max(credible(notBefore, now), credible(leaseEnd, now))
}

/** The entry without its request, free to go from `notBefore` on. */
const released = (
  { lease: _, failure: __, ...row }: OutboxRow,
  changes: Partial<OutboxEntry>,
): OutboxEntry => ({
  ...row,
  state: 'queued',
  ...changes,
})

const FRESH = { failures: 0, floor: 0, unheard: false }

/** A request of it may still land: it is remembered by what it carried. The same twice, and no more. */
function abandoning({ abandoned = [], lease }: OutboxRow): Pick<OutboxEntry, 'abandoned'> {
  if (!lease) return {}
  const last = abandoned.lastIndexOf(lease.status)
  return {
    abandoned: [...abandoned.filter((other, at) => other !== lease.status || at === last), lease.status],
  }
}

/** What a settled entry leaves behind: nothing, or a row to look again by, ever more rarely, until nothing can land. */
export function watched(row: OutboxRow, now: Moment): OutboxRow | undefined {
  // After the clock was set back: as long again.
  const watchedUntil = Math.min(row.watchedUntil ?? Number.POSITIVE_INFINITY, now + WATCH_MS)
  if (!row.abandoned?.length || now >= watchedUntil) return undefined
  const age = now - watchedUntil + WATCH_MS
  const look = now + Math.max(FIRST_LOOK_MS, 2 * age)
  const notBefore = isAtRisk(row) ? Math.min(look, watchedUntil) : watchedUntil
  const floor = row.floor > now ? row.floor : 0 // what is over stays so, also when the clock is set back
  return { ...released(row, { ...FRESH, floor, notBefore }), watchedUntil }
}

/** After a tap: the same entry if it says so already, nothing open if the server has this for sure, else a newer one. */
export function answered(
  previous: OutboxRow | undefined,
  tap: {
    readonly eventId: EventId
    readonly status: RsvpStatus
    readonly answerId: string
    readonly now: Moment
    readonly server: string | null
  },
): OutboxRow | undefined {
  const { server, now, ...answer } = tap
  const before = isOpen(previous) ? previous : undefined
  if (before && before.state !== 'failed' && before.status === tap.status) return before
  const entry: OutboxEntry = {
    ...answer,
    state: 'queued',
    queuedAt: now,
    base: before ? before.base : server,
    failures: before?.failures ?? 0,
    floor: previous?.floor ?? 0,
    notBefore: Math.max(now, previous?.floor ?? 0),
    unheard: previous?.unheard ?? false,
    ...(previous?.abandoned && { abandoned: previous.abandoned }),
    ...(previous?.lease && { lease: previous.lease }),
  }
  return server === tap.status && !entry.lease && !entry.unheard ? watched(entry, now) : entry
}

/** The entry while its request is on its way. An older lease that ended unheard is remembered as such. */
export function claimed(
  row: OutboxRow,
  lease: { readonly id: string; readonly until: Moment },
): OutboxRow & { readonly lease: Lease } {
  return {
    ...row,
    ...abandoning(row),
    state: 'sending',
    unheard: row.unheard || row.lease !== undefined,
    lease: { ...lease, answerId: row.answerId, status: row.status },
  }
}

/** The entry as if it had not been claimed: nothing of it was sent. */
export const unsent = ({ lease: _, ...row }: OutboxRow): OutboxRow => ({ ...row, state: 'queued' })

/** What is left of the entry once the server has `server`: nothing, a row to watch, or an answer to send. */
export function settled(row: OutboxRow, server: string, now: Moment): OutboxRow | undefined {
  const { watchedUntil, isDiscarded, abandoned = [], ...entry } = row
  if (entry.status !== server) {
    const next = { ...FRESH, base: server, notBefore: now }
    // Given while its forerunner was on its way.
    if (watchedUntil === undefined && entry.answerId !== entry.lease?.answerId) return released(row, next)
    // A request has landed late: what I said last is said again, once for each such request.
    if (watchedUntil !== undefined && !isDiscarded && abandoned.includes(server))
      return released(entry, {
        ...next,
        queuedAt: now,
        abandoned: abandoned.filter((_, at) => at !== abandoned.indexOf(server)),
      })
  }
  // Any other answer is the user's own, from another device: it is what was said last.
  return watched({ ...row, status: server as RsvpStatus }, now)
}

export interface Wait extends Pick<OutboxEntry, 'notBefore' | 'floor' | 'unheard'> {
  readonly failure: Failure
  /** A write of this try may still land. */
  readonly isLost?: boolean
  /** Waits that say nothing about this entry (429, 401) do not count against it. */
  readonly counts: boolean
}

/** No outcome: the entry waits, and reads back first if the server may have applied something. */
export const unsettled = (row: OutboxRow, { counts, isLost, ...wait }: Wait): OutboxEntry =>
  released(row, {
    ...wait,
    ...(isLost && abandoning(row)),
    failures: row.failures + (counts ? 1 : 0),
  })

/** Refused; a newer answer given meanwhile was not, and gets its own turn. */
export function refused(
  row: OutboxEntry,
  { failure, unheard, now }: { readonly failure: Failure; readonly unheard: boolean; readonly now: Moment },
): OutboxEntry {
  const next = { ...FRESH, unheard, notBefore: now }
  const isSame = row.answerId === (row.lease ?? row).answerId
  return released(row, isSame ? { ...next, state: 'failed', failure } : next)
}

/** The event takes no answers any more: what only waits fails, what is on its way has its own reply to wait for. */
export const expired = (row: OutboxEntry, failure: Failure): OutboxEntry =>
  row.lease || row.state === 'failed'
    ? row
    : released(row, { ...FRESH, unheard: row.unheard, state: 'failed', failure })

/** The user wants it sent now; only a wait the server asked for still stands. */
export const retried = (row: OutboxEntry, now: Moment): OutboxEntry =>
  row.lease ? row : released(row, { failures: 0, notBefore: Math.max(now, row.floor) })

/** Nothing of it is sent any more. What may land all the same is read back first: the row stays until nothing can. */
export const discarded = (row: OutboxEntry, now: Moment): OutboxRow | undefined =>
  row.lease || row.unheard || row.abandoned?.length
    ? { ...row, state: 'queued', unheard: true, isDiscarded: true, watchedUntil: now + WATCH_MS }
    : undefined

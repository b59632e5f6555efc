import type { RawBundle } from '../model/bundle.ts'
import type { Failure } from '../model/failure.ts'
import type { UserId } from '../model/ids.ts'
import type { ClockPort } from '../ports.ts'
import type { RsvpApi, Within } from '../remote/rsvp-api.ts'
import type { Refusal, Verdict } from '../remote/verdict.ts'
import type { Merge } from '../storage/merge.ts'
import type { Claim } from '../storage/outbox.ts'

/** How one delivery ended. `unheard`: the server may have applied something that nobody heard of. */
export type Delivery =
  | { readonly kind: 'accepted'; readonly raw: RawBundle; readonly asked: number }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly unheard: boolean }
  | {
      readonly kind: 'unknown' | 'slow-down' | 'signed-out'
      readonly failure: Failure
      readonly retryAfterMs?: number
      readonly unheard: boolean
    }

export interface PushParts {
  readonly api: RsvpApi
  readonly merge: Merge
  readonly clock: ClockPort
  readonly userId: UserId
}

/** POST, PUT, and one change of mind about which of the two: more would be a loop. */
const MOST_WRITES = 3

type ReadBack = { readonly server: 'same' | 'other' | 'none'; readonly end?: Delivery }

/** Brings one claimed answer to the server: reads back first if needed, then POST or PUT, whichever it takes. */
export function createPush({ api, merge, clock, userId }: PushParts) {
  return async function deliver(claim: Claim, signal: AbortSignal): Promise<Delivery> {
    const { eventId, status } = claim.entry
    const within: Within = { until: claim.until, signal }
    let { unheard } = claim.entry
    let method: 'POST' | 'PUT' = claim.known ? 'PUT' : 'POST'

    if (unheard) {
      const back = await readBack(claim, within, unheard)
      if (back.end) return back.end
      unheard = false
      method = back.server === 'none' ? 'POST' : 'PUT'
    }

    for (let writes = 0; writes < MOST_WRITES; writes += 1) {
      const asked = await merge.asOf()
      // A page that was frozen here may wake after its lease: another tab may have sent a newer answer.
      if (clock.now() >= claim.until || signal.aborted) return lapsed(unheard)
      const verdict = await api.answer(method, eventId, status, within)
      switch (verdict.kind) {
        case 'accepted':
          return { kind: 'accepted', raw: verdict.raw, asked }
        case 'exists': {
          const back = await readBack(claim, within, false)
          if (back.end) return back.end
          if (back.server === 'none') return { kind: 'failed', failure: verdict.failure, unheard: false }
          method = 'PUT'
          break
        }
        case 'missing': {
          const gone = await isGone(claim, within)
          if (gone) return gone
          method = 'POST'
          break
        }
        default:
          return ended(verdict, verdict.kind === 'unknown')
      }
    }
    return { kind: 'unknown', unheard: true, failure: { kind: 'server-error', message: 'The server contradicts itself.' } }
  }

  /** What the server has of mine; `end` when that settles it, or when it cannot be heard now. */
  async function readBack(claim: Claim, within: Within, unheard: boolean): Promise<ReadBack> {
    const { eventId, status } = claim.entry
    const asked = await merge.asOf()
    const verdict = await api.myRsvp(eventId, within)
    if (verdict.kind === 'missing') return { server: 'none' }
    if (verdict.kind !== 'accepted') return { server: 'none', end: ended(verdict, unheard) }
    if (statusOf(verdict.raw, claim) === status) return { server: 'same', end: { kind: 'accepted', raw: verdict.raw, asked } }
    return { server: 'other' }
  }

  /** PUT found no answer to change: is there still an event to answer? */
  async function isGone(claim: Claim, within: Within): Promise<Delivery | undefined> {
    const asked = await merge.asOf()
    const verdict = await api.event(claim.entry.eventId, within)
    if (verdict.kind !== 'accepted') return ended(verdict, false)
    await merge.mergeRaw(verdict.raw, asked)
    const event = verdict.raw.events.find((row) => has(row, 'eventId', claim.entry.eventId))
    return has(event, 'isDeleted', true) ? { kind: 'failed', failure: GONE, unheard: false } : undefined
  }

  function statusOf(raw: RawBundle, { entry }: Claim): unknown {
    const mine = raw.responses.find((row) => has(row, 'eventId', entry.eventId) && has(row, 'userId', userId))
    return (mine as { status?: unknown } | undefined)?.status
  }
}

const GONE: Failure = { kind: 'event-gone', message: 'This event was deleted.' }

const has = (row: unknown, name: string, value: unknown): boolean =>
  (row as Record<string, unknown> | null | undefined)?.[name] === value

const lapsed = (unheard: boolean): Delivery => ({
  kind: 'unknown',
  unheard,
  failure: { kind: 'timed-out', message: 'This page was suspended before the answer could go out.' },
})

/** A refusal as the end of a delivery. A thing that is missing here is an event that is gone. */
function ended(verdict: Exclude<Verdict, { kind: 'accepted' }>, unheard: boolean): Delivery {
  const { failure } = verdict satisfies Refusal
  switch (verdict.kind) {
    case 'unknown':
    case 'slow-down':
      return { ...verdict, unheard }
    case 'signed-out':
      return { kind: 'signed-out', failure, unheard }
    case 'missing':
    case 'exists':
    case 'failed':
      return { kind: 'failed', failure, unheard }
  }
}

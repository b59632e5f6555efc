import { answerIn, has, type RawBundle } from '../model/bundle.ts'
import type { OnConflict } from '../model/conflict.ts'
import type { Failure } from '../model/failure.ts'
import type { UserId } from '../model/ids.ts'
import { isOpen } from '../model/outbox-entry.ts'
import type { TimeLeft } from '../remote/http.ts'
import type { RsvpApi } from '../remote/rsvp-api.ts'
import type { Refusal } from '../remote/verdict.ts'
import type { Merge } from '../storage/merge.ts'
import type { Claim } from '../storage/outbox.ts'

/** How one delivery ended. */
export type Delivery = { readonly kind: 'accepted'; readonly raw: RawBundle; readonly asked: number } | Ended

export interface Ended {
  readonly kind: 'failed' | 'unknown' | 'slow-down' | 'signed-out'
  readonly failure: Failure
  readonly retryAfterMs?: number | undefined
  /** The server may have applied something that nobody heard of. */
  readonly unheard: boolean
  /** A write of this delivery may still land. */
  readonly isLost?: boolean
}

export interface PushParts {
  readonly api: RsvpApi
  readonly merge: Merge
  readonly userId: UserId
  readonly onConflict: OnConflict | undefined
  readonly closing: AbortSignal
}

/** As new, as a change, and one change of mind about which of the two: more would be a loop. */
const MOST_WRITES = 3

/** Brings one claimed answer to the server: reads back first if needed, then sends it as a new one or as a change, whichever it takes. */
export function createPush({ api, merge, userId, onConflict, closing }: PushParts) {
  return async function deliver({ row, known, asOf }: Claim, timeLeft: TimeLeft): Promise<Delivery> {
    const { eventId, status, base, abandoned, unheard } = row
    let isKnown = known
    /** A look that finds nothing may mean that the event is gone: it tells nothing of what was sent. */
    let isUnheard = unheard
    const failed = (failure: Failure): Ended => ({ kind: 'failed', failure, unheard: isUnheard })

    /** Does the app prefer what the server has by now? What a request of ours left there is no conflict. */
    async function yieldsTo(theirs: string): Promise<boolean> {
      if (!onConflict || theirs === base || abandoned?.includes(theirs)) return false
      try {
        const chosen = onConflict({ eventId, base, theirs, mine: status })
        const closed = new Promise((resolve) => closing.addEventListener('abort', resolve))
        return (await Promise.race([chosen, closed])) === 'theirs'
      } catch {
        return false
      }
    }

    /** What the server has of mine settles it, or says how to go on. A watched answer is only looked at. */
    async function readBack(): Promise<Delivery | 'new' | 'known'> {
      const verdict = await api.myRsvp(eventId, timeLeft)
      if (verdict.kind === 'missing' && isOpen(row)) return 'new'
      if (verdict.kind !== 'accepted') return ended(verdict, unheard)
      isUnheard = false
      const theirs = answerIn(verdict.raw, eventId, userId)?.status ?? status
      if (theirs === status || !isOpen(row) || (await yieldsTo(theirs))) return verdict
      // Whatever becomes of what is sent now: an answer that says what the mirror had before this is a new one.
      await merge.mergeRaw(verdict.raw, verdict.asked)
      return 'known'
    }

    /** There was no answer to change: is there still an event to answer? */
    async function eventGone(): Promise<Delivery | undefined> {
      const verdict = await api.event(eventId, { timeLeft })
      if (verdict.kind !== 'accepted') return ended(verdict, isUnheard)
      await merge.mergeRaw(verdict.raw, verdict.asked)
      const isDeleted = verdict.raw.events.some(
        (event) => has(event, 'eventId', eventId) && has(event, 'isDeleted', true),
      )
      return isDeleted ? failed({ kind: 'event-gone', message: 'This event was deleted.' }) : undefined
    }

    const looksFirst = unheard || onConflict || !isOpen(row)
    if (looksFirst) {
      const back = await readBack()
      if (typeof back !== 'string') return back
      isKnown = back === 'known'
    }
    for (let writes = 0; writes < MOST_WRITES; writes += 1) {
      const verdict = await api.answer(
        isKnown,
        eventId,
        status,
        timeLeft,
        writes > 0 || looksFirst ? undefined : asOf,
      )
      if (verdict.kind === 'accepted') return verdict
      if (verdict.kind === 'exists') {
        const back = await readBack()
        if (typeof back !== 'string') return back
        if (back === 'new') return failed(verdict.failure)
        isKnown = true
      } else if (verdict.kind === 'missing') {
        const gone = await eventGone()
        if (gone) return gone
        isKnown = false
      } else {
        const isLost = verdict.kind === 'unknown'
        return { ...ended(verdict, isLost || isUnheard), isLost }
      }
    }
    return { kind: 'unknown', unheard: false, failure: { kind: 'timed-out', message: 'timed-out' } }
  }
}

/** A refusal as the end of a delivery. A thing that is missing here is an event that is gone. */
function ended({ kind, ...why }: Refusal, unheard: boolean): Ended {
  return { kind: kind === 'missing' || kind === 'exists' ? 'failed' : kind, ...why, unheard }
}

import { answerIn, has, type RawBundle } from '../model/bundle.ts'
import type { Failure } from '../model/failure.ts'
import type { UserId } from '../model/ids.ts'
import type { RsvpApi } from '../remote/rsvp-api.ts'
import type { Refusal } from '../remote/verdict.ts'
import type { Merge } from '../storage/merge.ts'
import type { Claim } from '../storage/outbox.ts'

/** How one delivery ended. `unheard`: the server may have applied something that nobody heard of. */
export type Delivery =
  | { readonly kind: 'accepted'; readonly raw: RawBundle; readonly asked: number }
  | {
      readonly kind: 'failed' | 'unknown' | 'slow-down' | 'signed-out'
      readonly failure: Failure
      readonly retryAfterMs?: number | undefined
      readonly unheard: boolean
    }

export interface PushParts {
  readonly api: RsvpApi
  readonly merge: Merge
  readonly userId: UserId
}

/** POST, PUT, and one change of mind about which of the two: more would be a loop. */
const MOST_WRITES = 3

/** Brings one claimed answer to the server: reads back first if needed, then POST or PUT, whichever it takes. */
export function createPush({ api, merge, userId }: PushParts) {
  return async function deliver({ entry, until, known }: Claim): Promise<Delivery> {
    const { eventId, status } = entry
    let { unheard } = entry
    let method: 'POST' | 'PUT' = known ? 'PUT' : 'POST'

    /** What the server has of mine settles it, or says how to go on. */
    async function readBack(): Promise<Delivery | 'POST' | 'PUT'> {
      const verdict = await api.myRsvp(eventId, until)
      if (verdict.kind === 'missing') return 'POST'
      if (verdict.kind !== 'accepted') return ended(verdict, unheard)
      const isSame = answerIn(verdict.raw, eventId, userId)?.status === status
      return isSame ? verdict : 'PUT'
    }

    /** PUT found no answer to change: is there still an event to answer? */
    async function eventGone(): Promise<Delivery | undefined> {
      const verdict = await api.event(eventId, until)
      if (verdict.kind !== 'accepted') return ended(verdict, false)
      await merge.mergeRaw(verdict.raw, verdict.asked)
      const isDeleted = verdict.raw.events.some(
        (row) => has(row, 'eventId', eventId) && has(row, 'isDeleted', true),
      )
      return isDeleted ? failed({ kind: 'event-gone', message: 'This event was deleted.' }) : undefined
    }

    if (unheard) {
      const back = await readBack()
      if (typeof back !== 'string') return back
      unheard = false
      method = back
    }
    for (let writes = 0; writes < MOST_WRITES; writes += 1) {
      const verdict = await api.answer(method, eventId, status, until)
      if (verdict.kind === 'accepted') return verdict
      if (verdict.kind === 'exists') {
        const back = await readBack()
        if (typeof back !== 'string') return back
        if (back === 'POST') return failed(verdict.failure)
        method = back
      } else if (verdict.kind === 'missing') {
        const gone = await eventGone()
        if (gone) return gone
        method = 'POST'
      } else return ended(verdict, verdict.kind === 'unknown')
    }
    return { kind: 'unknown', unheard, failure: { kind: 'timed-out', message: 'timed-out' } }
  }
}

const failed = (failure: Failure): Delivery => ({ kind: 'failed', failure, unheard: false })

/** A refusal as the end of a delivery. A thing that is missing here is an event that is gone. */
function ended({ kind, ...why }: Refusal, unheard: boolean): Delivery {
  return { kind: kind === 'missing' || kind === 'exists' ? 'failed' : kind, ...why, unheard }
}

import type { RsvpStatus } from '../model/entities.ts'
import type { UserId } from '../model/ids.ts'
import { momentOf } from '../model/moment.ts'
import type { StoredEvent } from './plain-rows.ts'
import { badRequest, conflict, FORBIDDEN, NOT_FOUND, type Refusal } from './replies.ts'
import { canSee, responseOf, type World } from './world.ts'

/** What the API's documents say about POST rsvp: the spec says it only creates, the page says it also updates. */
export type PostWording = 'post-creates' | 'upsert'

/** The reply to a POST where an answer exists; no document names it. */
export interface ExistsAs {
  readonly status: number
  readonly code: number
}

export interface Rules {
  readonly wording: PostWording
  readonly existsAs: ExistsAs
}

export interface AnswerAsked {
  readonly method: 'POST' | 'PUT'
  readonly event: StoredEvent
  readonly userId: UserId
  readonly status: RsvpStatus
}

/** Before the start, only `not_going` is accepted for this long. */
const LAST_CHANGES_MS = 15 * 60_000

/** Why the API does not take this answer now; `undefined` when it does. */
export function refusalOf(world: World, rules: Rules, asked: AnswerAsked): Refusal | undefined {
  const { event } = asked
  if (!canSee(world, event, asked.userId)) return FORBIDDEN
  if (event.status !== 'scheduled') return badRequest(`Cannot update RSVP for ${event.status} events`)
  const start = momentOf(event.startTime) ?? Number.POSITIVE_INFINITY
  if (world.now() >= start - LAST_CHANGES_MS && asked.status !== 'not_going') {
    return badRequest('Cannot update RSVP within 15 minutes before the event starts')
  }
  const exists = responseOf(world, event.eventId, asked.userId) !== undefined
  if (asked.method === 'PUT') return exists ? undefined : NOT_FOUND
  return exists && rules.wording === 'post-creates' ? conflict(rules.existsAs) : undefined
}

import type { UserId } from '../model/ids.ts'
import type { AttendeesQuery } from '../model/queries.ts'
import type { Attendee } from '../storage/find.ts'
import { type AttendeeView, myRsvp, type Tap } from './overlay.ts'

/** Joins answers, people and pictures; my unsettled answer takes its place among them. */
export function attendeesOf(
  facts: readonly Attendee[],
  { status: wanted, limit = Number.POSITIVE_INFINITY }: AttendeesQuery,
  me: UserId,
  tap: Tap | undefined,
): AttendeeView[] {
  const views = facts.flatMap(({ response, entry, user, avatar, ...ids }): AttendeeView[] => {
    const isMe = ids.userId === me
    const { status, sync } = myRsvp(response, entry, isMe ? tap : undefined)
    if (status === null || wanted?.includes(status) === false) return []
    const row = { ...ids, ...response, status }
    return [{ ...row, isMe, sync, ...(user && { user }), ...(avatar && { avatar }) }]
  })
  // My own answer is never cut off by a limit: where the list does not reach it, the one before makes room.
  if (views.length > limit) views.splice(limit - 1, 1)
  return views
}

import type { AttendeesQuery } from '../model/queries.ts'
import type { Attendee } from '../storage/find.ts'
import { type AttendeeView, myRsvp, type Tap } from './overlay.ts'

/** Joins answers, people and pictures; my unsettled answer takes its place among them. */
export function attendeesOf(
  facts: readonly Attendee[],
  { status: wanted, limit = Number.POSITIVE_INFINITY }: AttendeesQuery,
  tap: Tap | undefined,
): AttendeeView[] {
  const views = facts.flatMap(({ response, entry, user, avatar, ...who }): AttendeeView[] => {
    const { status, sync } = myRsvp(response, entry, who.isMe ? tap : undefined)
    if (status === null || wanted?.includes(status) === false) return []
    return [{ ...response, ...who, status, sync, ...(user && { user }), ...(avatar && { avatar }) }]
  })
  // My own answer is never cut off by a limit: where the list does not reach it, the one before makes room.
  if (views.length > limit) views.splice(limit - 1, 1)
  return views
}

import type { ResponseRow } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { AttendeesQuery } from '../model/queries.ts'
import type { Attendee, AttendeeFacts } from '../storage/find.ts'
import { type AttendeeView, myRsvp, type SyncMark, type Tap } from './overlay.ts'

/** Joins answers, people and pictures; my unsettled answer takes its place among them. */
export function attendeesOf({
  eventId,
  me,
  query,
  facts,
  tap,
}: {
  readonly eventId: EventId
  readonly me: UserId
  readonly query: AttendeesQuery
  readonly facts: AttendeeFacts
  readonly tap: Tap | undefined
}): AttendeeView[] {
  const { mine, all, entry } = facts
  const my = myRsvp(mine.response?.row, entry, tap)

  const join = ({ user, avatar }: Attendee, row: ResponseRow, sync: SyncMark): AttendeeView => ({
    ...row,
    isMe: row.userId === me,
    sync,
    ...(user && { user: user.row }),
    ...(avatar && { avatar: avatar.row }),
  })

  const place = all.findIndex(({ response }) => response?.row.userId === me)
  const others = all.flatMap((one) =>
    one.response && one.response.row.userId !== me ? [join(one, one.response.row, 'synced')] : [],
  )
  const isWanted = my.status !== null && (query.status?.includes(my.status) ?? true)
  if (!isWanted) return others
  const row: ResponseRow = { eventId, userId: me, ...mine.response?.row, status: my.status as string }
  // Last, where the list does not reach it: my own answer is never cut off by a limit.
  const last = Math.min(others.length, (query.limit ?? Number.POSITIVE_INFINITY) - 1)
  others.splice(place < 0 ? last : place, 0, join(mine, row, my.sync))
  return others.slice(0, query.limit)
}

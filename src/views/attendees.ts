import type { ResponseRow } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { AttendeesQuery } from '../model/queries.ts'
import type { AttendeeFacts } from '../storage/find.ts'
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
  const { responses, mine, entry, userOf, fileOf } = facts
  const my = myRsvp(mine?.row, entry, tap)

  const join = (row: ResponseRow, sync: SyncMark): AttendeeView => {
    const user = userOf(row.userId)?.row
    const avatar = fileOf(user?.avatarFileId ?? '')?.row
    return { ...row, isMe: row.userId === me, sync, ...(user && { user }), ...(avatar && { avatar }) }
  }

  const others = responses.filter(({ row }) => row.userId !== me).map(({ row }) => join(row, 'synced'))
  const wanted = my.status !== null && (query.status?.includes(my.status) ?? true)
  if (!wanted) return others
  const place = responses.findIndex(({ row }) => row.userId === me)
  const row: ResponseRow = { eventId, userId: me, ...mine?.row, status: my.status as string }
  // Last, where the list does not reach it: my own answer is never cut off by a limit.
  const last = Math.min(others.length, (query.limit ?? Number.POSITIVE_INFINITY) - 1)
  others.splice(place < 0 ? last : place, 0, join(row, my.sync))
  return others.slice(0, query.limit)
}

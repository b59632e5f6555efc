import type { Bundle } from '../../contender.ts'

/** Many replies as one; a bulk write takes each key once. */
export const together = (bundles: readonly Bundle[]): Bundle => ({
  events: newest(
    bundles.flatMap(({ events }) => events),
    ({ eventId }) => eventId,
  ),
  eventResponses: newest(
    bundles.flatMap(({ eventResponses }) => eventResponses),
    ({ eventId, userId }) => `${eventId}|${userId}`,
  ),
  users: newest(
    bundles.flatMap(({ users }) => users),
    ({ userId }) => userId,
  ),
  files: newest(
    bundles.flatMap(({ files }) => files),
    ({ fileId }) => fileId,
  ),
})

const newest = <Row>(rows: readonly Row[], key: (row: Row) => string): readonly Row[] => [
  ...new Map(rows.map((row) => [key(row), row])).values(),
]

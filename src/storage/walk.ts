import { type Collection, cmp } from 'dexie'
import type { EventId } from '../model/ids.ts'
import { END_OF_TIME, type Moment } from '../model/moment.ts'
import type { EventsQuery } from '../model/queries.ts'
import type { KeptEvent, Tables } from './database.ts'
import { isThere } from './outbox-rows.ts'

const EVER = Number.NEGATIVE_INFINITY
const NEVER = Number.POSITIVE_INFINITY

/** What the narrowest index has; where it also has the order, no more than the limit and one that it cuts off. */
function walk({ events }: Pick<Tables, 'events'>, query: EventsQuery): Collection<KeptEvent, EventId> {
  const { from = EVER, to = END_OF_TIME, by, descending, limit = NEVER } = query
  const { tags, originId, status } = query
  if (tags) return events.where('row.tags').anyOf(tags).distinct()
  const under = (index: string, ...key: string[]) =>
    events.where(index).between([...key, from], [...key, to], true, true)
  let found = events.where('startMs').between(from, to, true, true)
  if (by === 'createdAt') found = events.orderBy('createdMs')
  else if (originId) found = under('[row.originId+startMs]', originId)
  else if (status?.length === 1) found = under('[row.status+startMs]', ...status)
  if (descending) found = found.reverse()
  // A filter makes the walk step row by row: only where the index alone does not answer.
  if (!isByStartAlone(query)) found = found.filter(wantedBy(query))
  return found.limit(limit + 1)
}

export const walked = (db: Pick<Tables, 'events'>, query: EventsQuery): Promise<KeptEvent[]> =>
  walk(db, query).toArray()

/** The same as keys, in order, where the index of start times alone has the answer: then no row is read. */
export const walkedKeys = (db: Pick<Tables, 'events'>, query: EventsQuery): Promise<EventId[]> | undefined =>
  !query.myStatus && isByStartAlone(query) ? walk(db, query).primaryKeys() : undefined

const isByStartAlone = (query: EventsQuery): boolean =>
  query.by === 'startTime' && fieldsOf(query).length === 0

/** What is asked of the row itself. */
function fieldsOf({ from, to, by, descending, limit, myStatus, onlyAttendee, ...fields }: EventsQuery) {
  return Object.entries(fields).filter(([, wanted]) => wanted)
}

/** Fits a row whose fields are what the query asks for. A deleted event has no start, and is in no stretch. */
export function wantedBy(query: EventsQuery): (kept: KeptEvent) => boolean {
  const { from = EVER, to = END_OF_TIME } = query
  const asked = fieldsOf(query)
  return ({ row, startMs = Number.NaN }) =>
    startMs >= from &&
    startMs <= to &&
    asked.every(([name, wanted]) =>
      [row[name]].flat().some((value) => [wanted].flat().includes(value as string)),
    )
}

/** Equal moments are ordered by id, as in an index. */
export function orderOf({ by, descending }: EventsQuery): (a: KeptEvent, b: KeptEvent) => number {
  const keyOf = ({ createdMs, startMs, row }: KeptEvent) => [
    by === 'createdAt' ? createdMs : startMs,
    row.eventId,
  ]
  return (a, b) => cmp(keyOf(a), keyOf(b)) * (descending ? -1 : 1)
}

/**
 * The events that the server should have named in a list, as far as it has come, and did not: they have changed. Asked
 * for no status, it names those that are scheduled; those that were live when it was last asked are over at some time.
 */
export async function unnamed(
  { events }: Pick<Tables, 'events'>,
  query: EventsQuery,
  named: ReadonlySet<EventId>,
  isWhole: boolean,
): Promise<EventId[]> {
  const { from = EVER, to = END_OF_TIME, by, descending } = query
  if (!isWhole && by !== 'startTime') return []
  const keysOf = async (status: string, [first, last]: readonly [Moment, Moment] = [from, to]) => {
    const walk = events.where('[row.status+startMs]').between([status, first], [status, last], true, true)
    return (descending ? walk.reverse() : walk).primaryKeys()
  }
  const asked = await Promise.all(
    (query.status ?? ['scheduled']).map(async (status) => {
      const keys = await keysOf(status)
      return isWhole ? keys : keys.slice(0, keys.findLastIndex((key) => named.has(key)) + 1)
    }),
  )
  const keys = asked.flat()
  const end = isWhole ? undefined : (await events.get(keys.at(-1) ?? ''))?.startMs
  const reached = end === undefined ? undefined : descending ? ([end, to] as const) : ([from, end] as const)
  if (!query.status && (isWhole || reached)) keys.push(...(await keysOf('live', reached)))
  const rows = await events.bulkGet(keys.filter((key) => !named.has(key)))
  return rows
    .filter(isThere)
    .filter(wantedBy(query))
    .map(({ row }) => row.eventId)
}

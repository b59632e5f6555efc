import type { Collection } from 'dexie'
import type { FileRow, UserRow } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { END_OF_TIME } from '../model/moment.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { AttendeesQuery, EventsQuery } from '../model/queries.ts'
import type { Kept, KeptEvent, KeptResponse, RsvpDatabase } from './database.ts'

/** Everything one event view is made of, from one snapshot. */
export interface EventFacts {
  readonly event: KeptEvent
  readonly response: KeptResponse | undefined
  readonly entry: OutboxEntry | undefined
  readonly host: Kept<UserRow> | undefined
  readonly cover: Kept<FileRow> | undefined
}

export interface AttendeeFacts {
  readonly responses: readonly KeptResponse[]
  /** Mine, whether or not the list's limit reaches it. */
  readonly mine: KeptResponse | undefined
  readonly entry: OutboxEntry | undefined
  readonly usersById: ReadonlyMap<string, Kept<UserRow>>
  readonly filesById: ReadonlyMap<string, Kept<FileRow>>
}

/** Reads of the mirror and the outbox; each runs inside one transaction of the caller. */
export function createFind(db: RsvpDatabase, me: UserId) {
  async function event(eventId: EventId): Promise<EventFacts | undefined> {
    const found = await db.events.get(eventId)
    return found && (await facts([found]))[0]
  }

  async function events(query: EventsQuery): Promise<readonly EventFacts[]> {
    return facts(query.myStatus ? await answeredBy(query) : await candidates(db, query))
  }

  /** Events of which I said or the server knows anything; whether it still holds is the overlay's to say. */
  async function answeredBy(query: EventsQuery): Promise<KeptEvent[]> {
    const known = query.myStatus?.map((status) => [me, status] as [string, string]) ?? []
    const [responses, entries] = await Promise.all([
      db.responses.where('[row.userId+row.status]').anyOf(known).toArray(),
      db.outbox.toArray(),
    ])
    const ids = new Set([...responses.map(({ row }) => row.eventId), ...entries.map(({ eventId }) => eventId)])
    const found = (await db.events.bulkGet([...ids])).filter((kept) => kept !== undefined)
    return found.filter((kept) => kept.startMs !== undefined && matches(query, kept)).sort(inOrder(query))
  }

  async function facts(found: readonly KeptEvent[]): Promise<EventFacts[]> {
    const ids = found.map(({ row }) => row.eventId)
    const [responses, entries, hosts, covers] = await Promise.all([
      db.responses.bulkGet(ids.map((id) => [id, me] as [string, string])),
      db.outbox.bulkGet(ids),
      users(found.map(({ row }) => row.userId)),
      files(found.map(({ row }) => row.coverImageFileId)),
    ])
    return found.map((event, index) => ({
      event,
      response: responses[index],
      entry: entries[index],
      host: hosts.get(event.row.userId ?? ''),
      cover: covers.get(event.row.coverImageFileId ?? ''),
    }))
  }

  async function attendees(eventId: EventId, query: AttendeesQuery): Promise<AttendeeFacts> {
    const inOrder = db.responses
      .where('[row.eventId+respondedMs]')
      .between([eventId, Number.NEGATIVE_INFINITY], [eventId, Number.POSITIVE_INFINITY])
    const wanted = query.status ? inOrder.filter(({ row }) => has(query.status, row.status)) : inOrder
    const [responses, mine, entry] = await Promise.all([
      (query.limit === undefined ? wanted : wanted.limit(query.limit)).toArray(),
      db.responses.get([eventId, me]),
      db.outbox.get(eventId),
    ])
    const usersById = await users([me, ...responses.map(({ row }) => row.userId)])
    const filesById = await files([...usersById.values()].map(({ row }) => row.avatarFileId))
    return { responses, mine, entry, usersById, filesById }
  }

  async function users(ids: readonly (string | undefined)[]): Promise<Map<string, Kept<UserRow>>> {
    const found = await db.users.bulkGet(distinct(ids))
    return new Map(found.flatMap((kept) => (kept ? [[kept.row.userId, kept]] : [])))
  }

  async function files(ids: readonly (string | null | undefined)[]): Promise<Map<string, Kept<FileRow>>> {
    const found = await db.files.bulkGet(distinct(ids))
    return new Map(found.flatMap((kept) => (kept ? [[kept.row.fileId, kept]] : [])))
  }

  return { event, events, attendees }
}

export type Find = ReturnType<typeof createFind>

/** Walks the narrowest index that already has the order, and stops at the limit. */
async function candidates(db: RsvpDatabase, query: EventsQuery): Promise<KeptEvent[]> {
  const { from = Number.NEGATIVE_INFINITY, to = END_OF_TIME, status, originId, tags, orderBy, limit } = query
  if (tags) {
    const tagged = await db.events.where('row.tags').anyOf(tags).distinct().toArray()
    const found = tagged.filter((kept) => kept.startMs !== undefined && matches(query, kept))
    return found.sort(inOrder(query)).slice(0, limit)
  }
  const within = (first: string): [[string, number], [string, number], true, true] => [
    [first, from],
    [first, to],
    true,
    true,
  ]
  const one = status?.length === 1 ? status[0] : undefined
  let walk: Collection<KeptEvent, string>
  if (orderBy.by === 'createdAt') walk = db.events.orderBy('createdMs')
  else if (originId !== undefined) walk = db.events.where('[row.originId+startMs]').between(...within(originId))
  else if (one !== undefined) walk = db.events.where('[row.status+startMs]').between(...within(one))
  else walk = db.events.where('startMs').between(from, to, true, true)
  if (orderBy.descending) walk = walk.reverse()
  if (needsFilter(query)) walk = walk.filter((kept) => matches(query, kept))
  return (limit === undefined ? walk : walk.limit(limit)).toArray()
}

/** A filter makes the walk step row by row: only where the index alone does not answer. */
function needsFilter({ orderBy, from, to, status, originId, originType, userId, type }: EventsQuery): boolean {
  if (originType !== undefined || userId !== undefined || type !== undefined) return true
  if (orderBy.by === 'createdAt') return [from, to, status, originId].some((value) => value !== undefined)
  return originId === undefined ? (status?.length ?? 1) > 1 : status !== undefined
}

export function matches(query: EventsQuery, { row, startMs = END_OF_TIME }: KeptEvent): boolean {
  const { from = Number.NEGATIVE_INFINITY, to = END_OF_TIME, status, type, tags, originId, originType, userId } = query
  return (
    startMs >= from &&
    startMs <= to &&
    (!status || has(status, row.status)) &&
    (!tags || tags.some((tag) => has(row.tags, tag))) &&
    (type === undefined || row.type === type) &&
    (originId === undefined || row.originId === originId) &&
    (originType === undefined || row.originType === originType) &&
    (userId === undefined || row.userId === userId)
  )
}

function inOrder({ orderBy }: EventsQuery): (a: KeptEvent, b: KeptEvent) => number {
  const key = orderBy.by === 'createdAt' ? 'createdMs' : 'startMs'
  const sign = orderBy.descending ? -1 : 1
  return (a, b) => sign * ((a[key] ?? 0) - (b[key] ?? 0) || (a.row.eventId < b.row.eventId ? -1 : 1))
}

const has = (list: readonly string[] | null | undefined, value: string | undefined): boolean =>
  value !== undefined && (list ?? []).includes(value)

const distinct = (ids: readonly (string | null | undefined)[]): string[] => [
  ...new Set(ids.filter((id): id is string => typeof id === 'string')),
]

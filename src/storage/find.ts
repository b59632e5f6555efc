import type { Collection, Table } from 'dexie'
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
  readonly userOf: (id: string) => Kept<UserRow> | undefined
  readonly fileOf: (id: string) => Kept<FileRow> | undefined
}

const EVER = Number.NEGATIVE_INFINITY
const isThere = <T>(value: T | undefined): value is T => value !== undefined

/** Reads of the mirror and the outbox; each runs inside one transaction of the caller. */
export function createFind(db: RsvpDatabase, me: UserId) {
  async function event(eventId: EventId): Promise<EventFacts | undefined> {
    return (await facts([await db.events.get(eventId)].filter(isThere)))[0]
  }

  async function events(query: EventsQuery): Promise<readonly EventFacts[]> {
    const { tags, myStatus, limit } = query
    if (myStatus) return facts(picked(query, await answeredBy(myStatus)))
    if (!tags) return facts(await walked(db, query))
    const tagged = await db.events.where('row.tags').anyOf(tags).distinct().toArray()
    return facts(picked(query, tagged).slice(0, limit))
  }

  /** Events of which I said or the server knows anything; whether it still holds is the overlay's to say. */
  async function answeredBy(statuses: readonly string[]): Promise<KeptEvent[]> {
    const known = statuses.map((status) => [me, status])
    const responses = await db.responses.where('[row.userId+row.status]').anyOf(known).toArray()
    const answered = [...responses.map(({ row }) => row), ...(await db.outbox.toArray())]
    const ids = new Set(answered.map(({ eventId }) => eventId))
    return (await db.events.bulkGet([...ids])).filter(isThere)
  }

  async function facts(found: readonly KeptEvent[]): Promise<EventFacts[]> {
    const ids = found.map(({ row }) => row.eventId)
    const [responses, entries, hostOf, coverOf] = await Promise.all([
      db.responses.bulkGet(ids.map((id) => [id, me])),
      db.outbox.bulkGet(ids),
      lookup(
        db.users,
        found.map(({ row }) => row.userId),
      ),
      lookup(
        db.files,
        found.map(({ row }) => row.coverImageFileId),
      ),
    ])
    return found.map((event, index) => ({
      event,
      response: responses[index],
      entry: entries[index],
      host: hostOf(event.row.userId),
      cover: coverOf(event.row.coverImageFileId),
    }))
  }

  async function attendees(
    eventId: EventId,
    { status, limit = Number.POSITIVE_INFINITY }: AttendeesQuery,
  ): Promise<AttendeeFacts> {
    const all = db.responses
      .where('[row.eventId+respondedMs]')
      .between([eventId, EVER], [eventId, END_OF_TIME])
    const wanted = status ? all.filter(({ row }) => (status as readonly string[]).includes(row.status)) : all
    const [responses, mine, entry] = await Promise.all([
      wanted.limit(limit).toArray(),
      db.responses.get([eventId, me]),
      db.outbox.get(eventId),
    ])
    const ids = [me, ...responses.map(({ row }) => row.userId)]
    const userOf = await lookup(db.users, ids)
    const fileOf = await lookup(
      db.files,
      ids.map((id) => userOf(id)?.row.avatarFileId),
    )
    return { responses, mine, entry, userOf, fileOf }
  }

  return { event, events, attendees }
}

export type Find = ReturnType<typeof createFind>

type Id = string | null | undefined

/** Fetches rows by their ids, and gives each by its id. */
async function lookup<Row>(
  table: Table<Row, string>,
  given: readonly Id[],
): Promise<(id: Id) => Row | undefined> {
  const ids = [...new Set(given)].filter((id): id is string => typeof id === 'string')
  const rows = await table.bulkGet(ids)
  const rowsById = new Map<Id, Row | undefined>(ids.map((id, index) => [id, rows[index]]))
  return (id) => rowsById.get(id)
}

/** Walks the narrowest index that already has the order, and stops at the limit. */
function walked({ events }: RsvpDatabase, query: EventsQuery): Promise<KeptEvent[]> {
  const { from = EVER, to = END_OF_TIME, by, descending, limit, ...narrowing } = query
  const { originId, status } = narrowing
  let walk: Collection<KeptEvent, string>
  if (by === 'createdAt') walk = events.orderBy('createdMs')
  else if (originId)
    walk = events.where('[row.originId+startMs]').between([originId, from], [originId, to], true, true)
  else if (status?.length === 1)
    walk = events.where('[row.status+startMs]').between([status[0], from], [status[0], to], true, true)
  else walk = events.where('startMs').between(from, to, true, true)
  if (descending) walk = walk.reverse()
  // A filter makes the walk step row by row: only where the index alone does not answer.
  if (by === 'createdAt' || Object.values(narrowing).some(isThere))
    walk = walk.filter((kept) => matches(query, kept))
  return (limit ? walk.limit(limit) : walk).toArray()
}

/** Matching rows in order, where no index gives both. */
function picked(query: EventsQuery, found: readonly KeptEvent[]): KeptEvent[] {
  const key = query.by === 'createdAt' ? 'createdMs' : 'startMs'
  const sign = query.descending ? -1 : 1
  return found
    .filter((kept) => isThere(kept.startMs) && matches(query, kept))
    .sort((a, b) => sign * ((a[key] ?? 0) - (b[key] ?? 0) || (a.row.eventId < b.row.eventId ? -1 : 1)))
}

const NARROWING = ['status', 'type', 'tags', 'originId', 'originType', 'userId'] as const

function matches(query: EventsQuery, { row, startMs = END_OF_TIME }: KeptEvent): boolean {
  const { from = EVER, to = END_OF_TIME } = query
  const fits = (name: (typeof NARROWING)[number]) => {
    const wanted = query[name]
    return !wanted || [row[name]].flat().some((value) => [wanted].flat().includes(value as string))
  }
  return startMs >= from && startMs <= to && NARROWING.every(fits)
}

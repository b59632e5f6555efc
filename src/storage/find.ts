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

/** One answer with its person and their picture. */
export interface Attendee {
  readonly response: KeptResponse | undefined
  readonly user: Kept<UserRow> | undefined
  readonly avatar: Kept<FileRow> | undefined
}

export interface AttendeeFacts {
  /** Me, whether or not the list's limit reaches my answer, and whether or not I have one. */
  readonly mine: Attendee
  readonly all: readonly Attendee[]
  readonly entry: OutboxEntry | undefined
}

const EVER = Number.NEGATIVE_INFINITY
/** The key that no row has. */
const NO_ID = ''
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
    const rows = found.map(({ row }) => row)
    const [responses, entries, hosts, covers] = await Promise.all([
      db.responses.bulkGet(rows.map(({ eventId }) => [eventId, me])),
      db.outbox.bulkGet(rows.map(({ eventId }) => eventId)),
      db.users.bulkGet(rows.map(({ userId }) => userId ?? NO_ID)),
      db.files.bulkGet(rows.map(({ coverImageFileId }) => coverImageFileId ?? NO_ID)),
    ])
    return found.map((event, at) => ({
      event,
      response: responses[at],
      entry: entries[at],
      host: hosts[at],
      cover: covers[at],
    }))
  }

  async function attendees(
    eventId: EventId,
    { status, limit = Number.POSITIVE_INFINITY }: AttendeesQuery,
  ): Promise<AttendeeFacts> {
    const inOrder = db.responses
      .where('[row.eventId+respondedMs]')
      .between([eventId, EVER], [eventId, END_OF_TIME])
    const wanted = status
      ? inOrder.filter(({ row }) => (status as readonly string[]).includes(row.status))
      : inOrder
    const responses = [await db.responses.get([eventId, me]), ...(await wanted.limit(limit).toArray())]
    const users = await db.users.bulkGet(responses.map((kept) => kept?.row.userId ?? me))
    const avatars = await db.files.bulkGet(users.map((kept) => kept?.row.avatarFileId ?? NO_ID))
    const [mine, ...all] = responses.map((response, at) => ({
      response,
      user: users[at],
      avatar: avatars[at],
    }))
    return { mine: mine as Attendee, all, entry: await db.outbox.get(eventId) }
  }

  return { event, events, attendees }
}

export type Find = ReturnType<typeof createFind>

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

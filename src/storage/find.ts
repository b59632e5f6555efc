import type { EventRow, FileRow, ResponseRow, UserRow } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { END_OF_TIME } from '../model/moment.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import { isReadable } from '../model/outbox-row.ts'
import type { AttendeesQuery, EventsQuery } from '../model/queries.ts'
import { eventOf, type KeptEvent, type KeptResponse, type Tables } from './database.ts'
import { isThere } from './outbox-rows.ts'
import { readMany } from './read-many.ts'
import { orderOf, walked, wantedBy } from './walk.ts'

/** Everything one event view is made of, from one snapshot. */
export interface EventFacts {
  readonly event: EventRow
  readonly response: ResponseRow | undefined
  readonly entry: OutboxEntry | undefined
  readonly host: UserRow | undefined
  readonly cover: FileRow | undefined
  /** The `asOf` of each row: while they stay, so do the rows. */
  readonly ages: readonly (number | undefined)[]
}

/** One answer with its person and their picture. */
export interface Attendee {
  readonly eventId: EventId
  readonly userId: UserId
  readonly isMe: boolean
  readonly response: ResponseRow | undefined
  /** Mine alone: nobody else's is in the outbox. */
  readonly entry: OutboxEntry | undefined
  readonly user: UserRow | undefined
  readonly avatar: FileRow | undefined
}

/** Rows of a list, and whether a limit has cut off others. */
export interface Found<Row> {
  readonly rows: readonly Row[]
  readonly isCut: boolean
}

/** My answers: those that the server knows, and those that it does not. */
interface Mine {
  readonly responses: ReadonlyMap<Id, KeptResponse>
  readonly entries: ReadonlyMap<Id, OutboxEntry>
}

const EVER = Number.NEGATIVE_INFINITY
const NEVER = Number.POSITIVE_INFINITY
/** From how many keys on one look at the whole outbox costs less than one at each. */
const MANY = 8

/** Reads of the mirror and the outbox, in the one transaction whose tables these are. */
export function createFind(db: Tables, me: UserId) {
  async function events(query: EventsQuery): Promise<Found<EventFacts>> {
    const { myStatus, limit = NEVER } = query
    const found = myStatus ? await known(await answered(myStatus)) : await walked(db, query)
    const picked = found.filter(wantedBy(query)).sort(orderOf(query))
    // Whether my status still holds is the overlay's to say: a limit must not come before.
    const shown = myStatus ? picked : picked.slice(0, limit)
    const rows = await facts(shown, mine(shown.map(({ row }) => row.eventId)))
    return { rows, isCut: picked.length > limit }
  }

  /** What is known of these, in any order; nothing of those that are not there. */
  async function eventsById(eventIds: readonly EventId[]): Promise<EventFacts[]> {
    return facts(...(await Promise.all([known(eventIds), mine(eventIds)])))
  }

  async function known(eventIds: readonly EventId[]): Promise<KeptEvent[]> {
    const asked = new Set(eventIds)
    return (await readMany(db.events, eventIds)).filter(({ row }) => asked.has(row.eventId))
  }

  /** The events of which I said or the server knows anything. */
  async function answered(statuses: readonly string[]): Promise<EventId[]> {
    const keys = statuses.map((status) => [me, status])
    const responses = await db.responses.where('[row.userId+row.status]').anyOf(keys).toArray()
    const answers = [...responses.map(({ row }) => row), ...(await db.outbox.toArray())]
    return [...new Set(answers.map(({ eventId }) => eventId))]
  }

  /** My answers to these events: those that the server knows, and those that it does not. */
  async function mine(eventIds: readonly EventId[]): Promise<Mine> {
    const [responses, entries] = await Promise.all([
      readMany(
        db.responses,
        eventIds.map((eventId): [EventId, UserId] => [eventId, me]),
      ),
      eventIds.length < MANY ? db.outbox.bulkGet([...eventIds]) : db.outbox.toArray(),
    ])
    return {
      responses: byId(
        responses.filter(({ row }) => row.userId === me),
        ({ row }) => row.eventId,
      ),
      entries: byId(entries.filter(isReadable), ({ eventId }) => eventId),
    }
  }

  async function facts(found: readonly KeptEvent[], answers: Mine | Promise<Mine>): Promise<EventFacts[]> {
    const rows = found.map(({ row }) => row)
    const [{ responses, entries }, users, files] = await Promise.all([
      answers,
      people(rows.map(({ userId }) => userId)),
      pictures(rows.map(({ coverImageFileId }) => coverImageFileId)),
    ])
    return found.map((event) => {
      const { eventId, userId, coverImageFileId } = event.row
      const response = responses.get(eventId)
      const host = users.get(userId)
      const cover = files.get(coverImageFileId)
      return {
        event: eventOf(event),
        response: response?.row,
        entry: entries.get(eventId),
        host: host?.row,
        cover: cover?.row,
        ages: [event, response, host, cover].map((kept) => kept?.asOf),
      }
    })
  }

  /** Many events share a host: each is read once. */
  const people = async (ids: readonly Id[]) =>
    byId(await db.users.bulkGet(distinct(ids)), ({ row }) => row.userId)
  const pictures = async (ids: readonly Id[]) =>
    byId(await db.files.bulkGet(distinct(ids)), ({ row }) => row.fileId)

  /** Who answered, in order. I am always there: last, where the list does not reach me or I said nothing. */
  async function attendees(
    eventId: EventId,
    { status, limit = NEVER }: AttendeesQuery,
  ): Promise<Found<Attendee>> {
    const all = db.responses
      .where('[row.eventId+respondedMs]')
      .between([eventId, EVER], [eventId, END_OF_TIME])
    const wanted = status ? all.filter(({ row }) => (status as readonly string[]).includes(row.status)) : all
    // Awaited together: were one awaited after the other, a page that freezes would let it reject unheard.
    const [found, { responses: ofMe, entries }] = await Promise.all([
      wanted.limit(limit + 1).toArray(),
      mine([eventId]),
    ])
    const listed = found.slice(0, limit)
    const responses = new Map<UserId, ResponseRow | undefined>(listed.map(({ row }) => [row.userId, row]))
    responses.set(me, ofMe.get(eventId)?.row)
    const users = await people([...responses.keys()])
    const avatars = await pictures([...users.values()].map(({ row }) => row.avatarFileId))
    const rows = [...responses].map(([userId, response]): Attendee => {
      const user = users.get(userId)?.row
      return {
        eventId,
        userId,
        isMe: userId === me,
        response,
        entry: userId === me ? entries.get(eventId) : undefined,
        user,
        avatar: avatars.get(user?.avatarFileId)?.row,
      }
    })
    return { rows, isCut: found.length > limit }
  }

  return { events, eventsById, attendees }
}

/** What a row may say of another. */
type Id = string | null | undefined

const distinct = (ids: readonly Id[]): string[] => [
  ...new Set(ids.filter((id): id is string => typeof id === 'string')),
]

const byId = <T>(rows: readonly (T | undefined)[], idOf: (row: T) => string): ReadonlyMap<Id, T> =>
  new Map(rows.filter(isThere).map((row) => [idOf(row), row]))

export type Find = ReturnType<typeof createFind>

import type { EventRow, FileRow, ResponseRow, UserRow } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import { END_OF_TIME } from '../model/moment.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { AttendeesQuery, EventsQuery } from '../model/queries.ts'
import { eventOf, type KeptEvent, type Tables } from './database.ts'
import { byId, createFindRows, type Mine } from './find-rows.ts'
import { isThere } from './outbox-rows.ts'
import { orderOf, walked, walkedKeys, wantedBy } from './walk.ts'

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

/** What one read may take from memory, and leaves there. */
export interface Recall {
  /** How many are remembered. */
  readonly size: () => number
  /** Only after the read's first reply: by then every commit of this page that it can see has been heard. */
  readonly of: (eventId: EventId) => EventFacts | undefined
  readonly keep: (facts: readonly EventFacts[]) => void
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

const EVER = Number.NEGATIVE_INFINITY
const NEVER = Number.POSITIVE_INFINITY

/** Reads of the mirror and the outbox, in the one transaction whose tables these are; lists of events from memory too. */
export function createFind(db: Tables, me: UserId, recall: Recall = NO_MEMORY) {
  const { known, mine, people, pictures } = createFindRows(db, me)

  async function events(query: EventsQuery): Promise<Found<EventFacts>> {
    const keys = recall.size() > 0 ? walkedKeys(db, query) : undefined
    return (keys && (await eventsByKey(query, await keys))) ?? eventsByRow(query)
  }

  /** Reads only what is not remembered; nothing where that is the most. */
  async function eventsByKey(
    { limit = NEVER }: EventsQuery,
    keys: readonly EventId[],
  ): Promise<Found<EventFacts> | undefined> {
    const shown = keys.slice(0, limit)
    const remembered = shown.map(recall.of)
    const missing = shown.filter((_, at) => !remembered[at])
    if (missing.length > shown.length / 2) return undefined
    const rows = await whole(shown, remembered, eventsById(missing))
    return { rows, isCut: keys.length > limit }
  }

  /** Of each event what is remembered, or what has now been read. */
  async function whole(
    eventIds: readonly EventId[],
    remembered: readonly (EventFacts | undefined)[],
    reading: Promise<readonly EventFacts[]>,
  ): Promise<EventFacts[]> {
    const read = await reading
    recall.keep(read)
    const readById = byId(read, ({ event }) => event.eventId)
    return eventIds.map((eventId, at) => remembered[at] ?? readById.get(eventId)).filter(isThere)
  }

  async function eventsByRow(query: EventsQuery): Promise<Found<EventFacts>> {
    const { myStatus, limit = NEVER } = query
    const found = myStatus ? await known(await answered(myStatus)) : await walked(db, query)
    const picked = found.filter(wantedBy(query)).sort(orderOf(query))
    // Whether my status still holds is the overlay's to say: a limit must not come before.
    const shown = myStatus ? picked : picked.slice(0, limit)
    const remembered = shown.map(({ row, asOf }) => {
      const facts = recall.of(row.eventId)
      return facts?.ages[0] === asOf ? facts : undefined
    })
    const missing = shown.filter((_, at) => !remembered[at])
    const reading = facts(missing, mine(idsOf(missing)))
    return { rows: await whole(idsOf(shown), remembered, reading), isCut: picked.length > limit }
  }

  /** What is known of these, in any order; nothing of those that are not there. */
  async function eventsById(eventIds: readonly EventId[]): Promise<EventFacts[]> {
    return facts(...(await Promise.all([known(eventIds), mine(eventIds)])))
  }

  /** The events of which I said or the server knows anything. */
  async function answered(statuses: readonly string[]): Promise<EventId[]> {
    const keys = statuses.map((status) => [me, status])
    const responses = await db.responses.where('[row.userId+row.status]').anyOf(keys).toArray()
    const answers = [...responses.map(({ row }) => row), ...(await db.outbox.toArray())]
    return [...new Set(answers.map(({ eventId }) => eventId))]
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

const idsOf = (events: readonly KeptEvent[]): EventId[] => events.map(({ row }) => row.eventId)

const NO_MEMORY: Recall = { size: () => 0, of: () => undefined, keep: () => undefined }

export type Find = ReturnType<typeof createFind>

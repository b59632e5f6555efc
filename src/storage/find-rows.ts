import type { EventId, UserId } from '../model/ids.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import { isReadable } from '../model/outbox-row.ts'
import type { KeptEvent, KeptResponse, Tables } from './database.ts'
import { isThere } from './outbox-rows.ts'
import { readMany } from './read-many.ts'

/** What a row may say of another. */
export type Id = string | null | undefined

const distinct = (ids: readonly Id[]): string[] => [
  ...new Set(ids.filter((id): id is string => typeof id === 'string')),
]

export const byId = <T>(rows: readonly (T | undefined)[], idOf: (row: T) => string): ReadonlyMap<Id, T> =>
  new Map(rows.filter(isThere).map((row) => [idOf(row), row]))

/** My answers: those that the server knows, and those that it does not. */
export interface Mine {
  readonly responses: ReadonlyMap<Id, KeptResponse>
  readonly entries: ReadonlyMap<Id, OutboxEntry>
}

/** From how many keys on one look at the whole outbox costs less than one at each. */
const MANY = 8

/** Rows by their keys, in the one transaction whose tables these are. */
export function createFindRows(db: Tables, me: UserId) {
  /** The events of these ids, in any order. */
  async function known(eventIds: readonly EventId[]): Promise<KeptEvent[]> {
    const asked = new Set(eventIds)
    return (await readMany(db.events, eventIds)).filter(({ row }) => asked.has(row.eventId))
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

  /** Many events share a host: each is read once. */
  const people = async (ids: readonly Id[]) =>
    byId(await db.users.bulkGet(distinct(ids)), ({ row }) => row.userId)
  const pictures = async (ids: readonly Id[]) =>
    byId(await db.files.bulkGet(distinct(ids)), ({ row }) => row.fileId)

  return { known, mine, people, pictures }
}

import type { Bundle, EventRow, FileRow, ResponseRow, Status, UserRow } from './contender.ts'
import { ME } from './contender.ts'

const MINUTE = 60_000
const START = Date.parse('2030-01-01T18:00:00.000Z')
const SAID: readonly Status[] = ['going', 'interested', 'not_going']
const TEXT =
  'Bring a friend and something to share. Doors open half an hour before. The room is up two flights of stairs.'

const iso = (moment: number) => new Date(moment).toISOString()

/** The same for every contender; the order of ids is not the order of start times. */
export const idOf = (at: number): string => `event-${String(at).padStart(6, '0')}`

/** One event of the future; `version` makes it newer, and a little different. */
export function eventRow(at: number, version = 0): EventRow {
  // A stride that no count of events divides: neighbours in time are strangers by id.
  const startTime = START + ((at * 7_919) % 1_000_003) * MINUTE
  return {
    eventId: idOf(at),
    userId: `user-${at % 200}`,
    title: `Evening number ${at}${version ? `, take ${version}` : ''}`,
    description: TEXT,
    type: 'physical',
    status: 'scheduled',
    originType: 'community',
    originId: `community-${at % 20}`,
    startTime: iso(startTime),
    endTime: iso(startTime + 120 * MINUTE),
    createdAt: iso(START - 400 * 24 * 60 * MINUTE + at * MINUTE),
    updatedAt: iso(START - 300 * 24 * 60 * MINUTE + version * MINUTE),
    rsvpCount: 10 + (at % 50),
    interestedCount: at % 7,
    coverImageFileId: `file-${at % 200}`,
    tags: [`tag-${at % 10}`],
    isDeleted: false,
  }
}

export function responseRow(
  at: number,
  userId: string,
  status = SAID[at % SAID.length] ?? 'going',
): ResponseRow {
  const when = iso(START - 200 * 24 * 60 * MINUTE + at * MINUTE)
  return { eventId: idOf(at), userId, status, respondedAt: when, createdAt: when, updatedAt: when }
}

/** What I may answer that the server does not have: a store may take the same once more for no answer at all. */
export function newAnswers(at: number): readonly [Status, Status] {
  const [one = 'going', other = 'not_going'] = [SAID[(at + 1) % SAID.length], SAID[(at + 2) % SAID.length]]
  return [one, other]
}

export const userRow = (at: number): UserRow => ({
  userId: `user-${at}`,
  displayName: `Person ${at}`,
  avatarFileId: `file-${at}`,
  updatedAt: iso(START - 100 * 24 * 60 * MINUTE),
})

export const fileRow = (at: number): FileRow => ({
  fileId: `file-${at}`,
  fileUrl: `https://files.test/${at}`,
  type: 'image',
  updatedAt: iso(START - 100 * 24 * 60 * MINUTE),
})

const times = <T>(count: number, from: number, row: (at: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, at) => row(from + at))

/** So many events, from number `from` on, each with my answer, and the people and pictures that they name. */
export function withMyAnswers(count: number, from = 0): Bundle {
  const known = Math.min(count, 200)
  return {
    events: times(count, from, (at) => eventRow(at)),
    eventResponses: times(count, from, (at) => responseRow(at, ME)),
    users: times(known, 0, userRow),
    files: times(known, 0, fileRow),
  }
}

/** So many rows in all: four tenths events, as many answers of others, one tenth people, one tenth pictures. */
export function entities(count: number, from: number): Bundle {
  const [many, few] = [Math.round(count * 0.4), Math.round(count * 0.1)]
  return {
    events: times(many, from, (at) => eventRow(at)),
    eventResponses: times(many, from, (at) => responseRow(at, `user-${at % few}`)),
    users: times(few, 0, userRow),
    files: times(few, 0, fileRow),
  }
}

export const rowsIn = ({ events, eventResponses, users, files }: Bundle): number =>
  events.length + eventResponses.length + users.length + files.length

/** What the server answers to an answer. */
export function replyTo(at: number, status: ResponseRow['status']): Bundle {
  const event = eventRow(at, 1)
  const me = { ...userRow(0), userId: ME }
  const response = { ...responseRow(at, ME, status), updatedAt: iso(START - MINUTE) }
  return { events: [event], eventResponses: [response], users: [me], files: [] }
}

/** The number in an id. */
export const numberOf = (eventId: string): number => Number(eventId.slice('event-'.length))

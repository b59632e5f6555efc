import type { Bundle, EventRow } from '../../contender.ts'
import type { Doc } from './pouchdb-package.ts'

export const eventKey = (eventId: string) => `event/${eventId}`
export const answerKey = (eventId: string, userId: string) => `answer/${eventId}/${userId}`
/** An event has a second, empty document, whose id puts it in order: no index is as fast as `allDocs`. */
export const startKey = ({ startTime, eventId }: EventRow) => `start/${startTime}/${eventId}`
export const isEvent = (key: string) => key.startsWith('event/')
export const isStart = (key: string) => key.startsWith('start/')

export const docsOf = ({ events, eventResponses, users, files }: Bundle): Doc<object>[] => [
  ...events.map((row) => ({ ...row, _id: eventKey(row.eventId) })),
  ...events.map((row) => ({ _id: startKey(row) })),
  ...eventResponses.map((row) => ({ ...row, _id: answerKey(row.eventId, row.userId) })),
  ...users.map((row) => ({ ...row, _id: `user/${row.userId}` })),
  ...files.map((row) => ({ ...row, _id: `file/${row.fileId}` })),
]

/** The id of the event at the end of a key. */
export const idIn = (key: string) => key.slice(key.lastIndexOf('/') + 1)

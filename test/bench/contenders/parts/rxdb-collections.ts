import type { RxCollection, RxJsonSchema } from 'rxdb'
import type { EventRow, FileRow, ResponseRow, Status, UserRow } from '../../contender.ts'

/** An answer that waits to be sent. */
export interface Entry {
  readonly eventId: string
  readonly status: Status
}

/** RxDB makes the key of a response from its two ids. */
export type Response = ResponseRow & { readonly id: string }

export interface Collections {
  readonly events: RxCollection<EventRow>
  readonly responses: RxCollection<Response>
  readonly users: RxCollection<UserRow>
  readonly files: RxCollection<FileRow>
  readonly outbox: RxCollection<Entry>
}

const id = { type: 'string', maxLength: 100 } as const
const text = { type: 'string' } as const
const moment = { type: 'string', maxLength: 30 } as const
const count = { type: 'integer' } as const

const EVENTS: RxJsonSchema<EventRow> = {
  version: 0,
  type: 'object',
  primaryKey: 'eventId',
  properties: {
    eventId: id,
    userId: id,
    title: text,
    description: text,
    type: text,
    status: text,
    originType: text,
    originId: id,
    startTime: moment,
    endTime: moment,
    createdAt: moment,
    updatedAt: moment,
    rsvpCount: count,
    interestedCount: count,
    coverImageFileId: id,
    tags: { type: 'array', items: text },
    isDeleted: { type: 'boolean' },
  },
  required: ['eventId', 'title', 'startTime', 'rsvpCount'],
  indexes: ['startTime'],
}

const RESPONSES: RxJsonSchema<Response> = {
  version: 0,
  type: 'object',
  primaryKey: { key: 'id', fields: ['eventId', 'userId'], separator: '|' },
  properties: {
    id: { type: 'string', maxLength: 201 },
    eventId: id,
    userId: id,
    status: text,
    respondedAt: moment,
    createdAt: moment,
    updatedAt: moment,
  },
  required: ['eventId', 'userId', 'status'],
}

const USERS: RxJsonSchema<UserRow> = {
  version: 0,
  type: 'object',
  primaryKey: 'userId',
  properties: { userId: id, displayName: text, avatarFileId: id, updatedAt: moment },
  required: ['userId'],
}

const FILES: RxJsonSchema<FileRow> = {
  version: 0,
  type: 'object',
  primaryKey: 'fileId',
  properties: { fileId: id, fileUrl: text, type: text, updatedAt: moment },
  required: ['fileId'],
}

const OUTBOX: RxJsonSchema<Entry> = {
  version: 0,
  type: 'object',
  primaryKey: 'eventId',
  properties: { eventId: id, status: text },
  required: ['eventId', 'status'],
}

export const COLLECTIONS = {
  events: { schema: EVENTS },
  responses: { schema: RESPONSES },
  users: { schema: USERS },
  files: { schema: FILES },
  outbox: { schema: OUTBOX },
}

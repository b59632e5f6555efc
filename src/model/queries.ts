import type { RsvpStatus } from './entities.ts'
import {
  AttendeesQuerySchema,
  check,
  EventsQuerySchema,
  invalid,
  isCloneable,
  type MomentInput,
} from './input.ts'
import type { Moment } from './moment.ts'

/** Which events to list or to pull; every field narrows. */
export interface EventsQueryInput {
  /** Starts at this moment or later: epoch ms, a `Date`, or ISO 8601. */
  readonly from?: MomentInput
  /** Starts at this moment or earlier. */
  readonly to?: MomentInput
  readonly status?: string | readonly string[]
  readonly type?: string
  /** Has at least one of these. */
  readonly tags?: string | readonly string[]
  /** The community the event belongs to. */
  readonly originId?: string
  readonly originType?: string
  /** The creator. */
  readonly userId?: string
  /** What I last said, the overlay included. */
  readonly myStatus?: RsvpStatus | readonly RsvpStatus[]
  /** By start time, soonest first, unless asked otherwise; `-` and `desc` turn the order around. */
  readonly orderBy?: 'startTime' | '-startTime' | 'createdAt' | '-createdAt' | 'asc' | 'desc'
  /** At most this many rows; all when missing. */
  readonly limit?: number
}

export interface AttendeesQueryInput {
  readonly status?: RsvpStatus | readonly RsvpStatus[]
  /** At most this many rows; all when missing. */
  readonly limit?: number
}

/** A checked query, in one form. */
export interface EventsQuery {
  readonly from?: Moment
  readonly to?: Moment
  readonly status?: readonly string[]
  readonly type?: string
  readonly tags?: readonly string[]
  readonly originId?: string
  readonly originType?: string
  readonly userId?: string
  readonly myStatus?: readonly RsvpStatus[]
  readonly orderBy: { readonly by: 'startTime' | 'createdAt'; readonly descending: boolean }
  readonly limit?: number
}

export interface AttendeesQuery {
  readonly status?: readonly RsvpStatus[]
  readonly limit?: number
}

const many = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T])

export function checkEventsQuery(input: unknown = {}): EventsQuery {
  const query = checkPlain(EventsQuerySchema, input)
  const { status, tags, myStatus, orderBy = 'startTime', ...rest } = query
  return {
    ...present(rest),
    ...(status !== undefined && { status: many(status) }),
    ...(tags !== undefined && { tags: many(tags) }),
    ...(myStatus !== undefined && { myStatus: many(myStatus) }),
    orderBy: {
      by: orderBy.endsWith('createdAt') ? 'createdAt' : 'startTime',
      descending: orderBy.startsWith('-') || orderBy === 'desc',
    },
  }
}

export function checkAttendeesQuery(input: unknown = {}): AttendeesQuery {
  const { status, limit } = checkPlain(AttendeesQuerySchema, input)
  return { ...present({ limit }), ...(status !== undefined && { status: many(status) }) }
}

function checkPlain<T extends Parameters<typeof check>[0]>(schema: T, input: unknown) {
  if (!isCloneable(input)) throw invalid('query', 'expected plain data, not a proxy or a class instance')
  return check(schema, input, 'query')
}

/** An explicit `undefined` means the same as a missing field. */
function present<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>
  }
}

import type { EventRow } from '../model/entities.ts'
import type { UserId } from '../model/ids.ts'
import { momentOf } from '../model/moment.ts'
import type { StoredEvent } from './plain-rows.ts'
import { invalid, type Refusal } from './replies.ts'
import { canSee, responseOf, type World } from './world.ts'

const EVENT_STATUSES = ['scheduled', 'live', 'ended', 'cancelled']

/** Every value of an array parameter: `name=a&name=b`, `name[]=a` and `name[0]=a` mean the same. */
export function listParam(params: URLSearchParams, name: string): readonly string[] {
  const values: string[] = []
  for (const [key, value] of params) {
    const index = key.startsWith(name) ? key.slice(name.length) : undefined
    if (index !== undefined && /^(\[\d*\])?$/.test(index)) values.push(value)
  }
  return values
}

/** Names each parameter that has a value outside its list. */
export function unknownValues(name: string, values: readonly string[], allowed: readonly string[]): string[] {
  if (values.every((value) => allowed.includes(value))) return []
  return [`The '${name}' field value must be one of ${allowed.join(', ')}`]
}

export interface EventFilter {
  readonly kind: 'filter'
  readonly matches: (event: StoredEvent) => boolean
  readonly inOrder: (one: StoredEvent, other: StoredEvent) => number
}

/** Reads the parameters of GET events; by default the scheduled ones, by start time. */
export function readEventFilter(
  world: World,
  params: URLSearchParams,
  caller: UserId,
): EventFilter | Refusal {
  const given = (name: string): string | undefined => params.get(name) ?? undefined
  const statuses = listParam(params, 'status')
  const [sortBy, orderBy] = [given('sortBy') ?? 'startTime', given('orderBy') ?? 'asc']
  const onlyAttendee = given('onlyAttendee') ?? 'false'
  const times = ['startTimeGte', 'startTimeLte'].map((name) => ({ name, iso: given(name) }))
  const problems = [
    ...unknownValues('status', statuses, EVENT_STATUSES),
    ...unknownValues('type', listOf(given('type')), ['virtual', 'in_person']),
    ...unknownValues('originType', listOf(given('originType')), ['community', 'user']),
    ...unknownValues('sortBy', [sortBy], ['startTime', 'createdAt']),
    ...unknownValues('orderBy', [orderBy], ['asc', 'desc']),
    ...unknownValues('onlyAttendee', [onlyAttendee], ['true', 'false']),
    ...times.flatMap(({ name, iso }) =>
      iso !== undefined && momentOf(iso) === undefined ? [`The '${name}' field must be a date`] : [],
    ),
  ]
  if (problems.length > 0) return invalid(problems)

  const wanted = statuses.length > 0 ? statuses : ['scheduled']
  const tags = listParam(params, 'tags')
  const [from, to] = times.map(({ iso }) => momentOf(iso))
  const equal = (field: 'type' | 'originType' | 'originId' | 'userId', event: EventRow): boolean =>
    given(field) === undefined || event[field] === given(field)
  return {
    kind: 'filter',
    matches: (event) =>
      event.isDeleted !== true &&
      wanted.includes(event.status ?? '') &&
      canSee(world, event, caller) &&
      equal('type', event) &&
      equal('originType', event) &&
      equal('originId', event) &&
      equal('userId', event) &&
      (tags.length === 0 || tags.some((tag) => event.tags?.includes(tag))) &&
      startsBetween(event, from, to) &&
      (onlyAttendee === 'false' || responseOf(world, event.eventId, caller)?.status === 'going'),
    inOrder: inOrderOf(sortBy === 'createdAt' ? 'createdAt' : 'startTime', orderBy === 'desc' ? -1 : 1),
  }
}

const listOf = (value: string | undefined): readonly string[] => (value === undefined ? [] : [value])

function startsBetween(event: StoredEvent, from: number | undefined, to: number | undefined): boolean {
  const start = momentOf(event.startTime) ?? 0
  return (from === undefined || start >= from) && (to === undefined || start <= to)
}

/** Ties are broken by the id, so that pages neither repeat nor miss a row. */
export function inOrderOf(field: 'startTime' | 'createdAt', direction: 1 | -1): EventFilter['inOrder'] {
  return (one, other) => {
    const apart = (momentOf(one[field]) ?? 0) - (momentOf(other[field]) ?? 0)
    return direction * (apart !== 0 ? apart : one.eventId < other.eventId ? -1 : 1)
  }
}

import { RSVP_STATUSES, type RsvpStatus } from '../model/entities.ts'
import type { UserId } from '../model/ids.ts'
import { responseLists } from './bundles.ts'
import { readJsonBody } from './json-body.ts'
import { cutPage, readPage } from './paging.ts'
import { inOrderOf, listParam, unknownValues } from './query.ts'
import { FORBIDDEN, invalid, json, NOT_FOUND, type Refusal } from './replies.ts'
import { refusalOf } from './rules.ts'
import type { Handler } from './server.ts'
import { allEvents, canSee, findEvent, recordAnswer, responseOf, responsesOf, type World } from './world.ts'

/** POST and PUT events/{eventId}/rsvp. */
export const answerEvent: Handler = ({ world, rules, writes }, call) => {
  const { userId, url } = call
  const [eventId = ''] = call.parts
  const method = call.method === 'PUT' ? 'PUT' : 'POST'
  const body = readJsonBody(call)
  if (body.kind === 'refusal') return body
  const status = RSVP_STATUSES.find((known) => known === body.fields.status)
  if (!status) return invalid([`The 'status' field value must be one of ${RSVP_STATUSES.join(', ')}`])
  const event = findEvent(world, eventId)
  if (!event) return NOT_FOUND
  const refusal = refusalOf(world, rules, { method, event, userId, status })
  if (refusal) return refusal
  const row = recordAnswer(world, event, userId, status)
  writes.push({ method, eventId, userId, status, at: world.now() })
  return json(responseLists(world, url.origin, [findEvent(world, eventId) ?? event], [row]))
}

/** GET events/{eventId}/me/rsvp; 404 also where there is no answer yet. */
export const getMyResponse: Handler = ({ world }, { url, userId, parts: [eventId = ''] }) => {
  const event = findEvent(world, eventId)
  const mine = responseOf(world, eventId, userId)
  if (!event || !mine) return NOT_FOUND
  return canSee(world, event, userId) ? json(responseLists(world, url.origin, [event], [mine])) : FORBIDDEN
}

/** GET events/{eventId}/rsvp: who answered, first come first. */
export const listEventResponses: Handler = ({ world }, { url, userId, parts: [eventId = ''] }) => {
  const asked = readPage(url.searchParams)
  if (asked.kind === 'refusal') return asked
  const statuses = readStatuses(url.searchParams)
  if (statuses.kind === 'refusal') return statuses
  const event = findEvent(world, eventId)
  if (!event) return NOT_FOUND
  if (!canSee(world, event, userId)) return FORBIDDEN
  const rows = responsesOf(world, eventId).filter((row) => statuses.wanted.includes(row.status))
  const page = cutPage(rows, asked)
  return json({ ...responseLists(world, url.origin, [event], page.rows), paging: page.paging })
}

/** GET events/me/rsvps: the caller's answers with their events, by start time. */
export const listMyResponses: Handler = ({ world }, { url, userId }) => {
  const asked = readPage(url.searchParams)
  if (asked.kind === 'refusal') return asked
  const statuses = readStatuses(url.searchParams)
  if (statuses.kind === 'refusal') return statuses
  const page = cutPage(answeredBy(world, userId, statuses.wanted), asked)
  const mine = page.rows.flatMap((event) => responseOf(world, event.eventId, userId) ?? [])
  return json({ ...responseLists(world, url.origin, page.rows, mine), paging: page.paging })
}

function answeredBy(world: World, userId: UserId, wanted: readonly string[]) {
  const isMine = (eventId: string) => wanted.includes(responseOf(world, eventId, userId)?.status ?? '')
  return allEvents(world)
    .filter((event) => event.isDeleted !== true && isMine(event.eventId))
    .sort(inOrderOf('startTime', 1))
}

function readStatuses(
  params: URLSearchParams,
): Refusal | { readonly kind: 'statuses'; readonly wanted: readonly string[] } {
  const asked = listParam(params, 'status')
  const problems = unknownValues('status', asked, RSVP_STATUSES)
  if (problems.length > 0) return invalid(problems)
  const all: readonly RsvpStatus[] = RSVP_STATUSES
  return { kind: 'statuses', wanted: asked.length > 0 ? asked : all }
}

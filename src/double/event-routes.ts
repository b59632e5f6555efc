import { eventLists, responseLists } from './bundles.ts'
import { cutPage, readPage } from './paging.ts'
import { readEventFilter } from './query.ts'
import { FORBIDDEN, json, NOT_FOUND } from './replies.ts'
import type { Handler } from './server.ts'
import { allEvents, canSee, findEvent, responseOf } from './world.ts'

/** GET events. */
export const listEvents: Handler = ({ world }, { url, userId }) => {
  const asked = readPage(url.searchParams)
  if (asked.kind === 'refusal') return asked
  const filter = readEventFilter(world, url.searchParams, userId)
  if (filter.kind === 'refusal') return filter
  const page = cutPage(allEvents(world).filter(filter.matches).sort(filter.inOrder), asked)
  return json({ ...eventLists(world, url.origin, page.rows), paging: page.paging })
}

/** GET events/{eventId}: the event, and the caller's own answer if there is one. */
export const getEvent: Handler = ({ world }, { url, userId, parts: [eventId = ''] }) => {
  const event = findEvent(world, eventId)
  if (!event) return NOT_FOUND
  if (!canSee(world, event, userId)) return FORBIDDEN
  const mine = responseOf(world, eventId, userId)
  const about = responseLists(world, url.origin, [event], mine ? [mine] : [])
  return json({ ...eventLists(world, url.origin, [event]), ...about })
}

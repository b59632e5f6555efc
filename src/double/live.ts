import { Observable } from 'rxjs'
import type { FeedMessage } from '../model/feed.ts'
import type { UserId } from '../model/ids.ts'
import { eventLists, responseLists } from './bundles.ts'
import { type Reply, SIGNED_OUT } from './replies.ts'
import type { Handler } from './server.ts'
import { type Change, canSee, eventNow, type World } from './world.ts'

/** What this user may hear of, as it happens. */
export const liveFor = (world: World, origin: string, userId: UserId): Observable<FeedMessage> =>
  new Observable((observer) => {
    const listener = (change: Change) => {
      const message = messageOf(world, origin, userId, change)
      if (message) observer.next(message)
    }
    world.listeners.add(listener)
    return () => world.listeners.delete(listener)
  })

function messageOf(
  world: World,
  origin: string,
  userId: UserId,
  { eventType, eventId, response }: Change,
): FeedMessage | undefined {
  const stored = world.eventsById.get(eventId)
  if (!stored || !canSee(world, stored, userId)) return undefined
  const events = [eventNow(world, stored)]
  const data = response ? responseLists(world, origin, events, [response]) : eventLists(world, origin, events)
  return { eventType, data }
}

/**
 * GET live: the feed as Server-Sent Events. Not of the API, which speaks MQTT; the token comes in the address, as an
 * `EventSource` sends no header.
 */
export const openLive: Handler = ({ world, session }, { url }): Reply => {
  const token = url.searchParams.get('access_token') ?? ''
  const userId = session.userOf(new Headers({ authorization: `Bearer ${token}` }))
  if (userId === undefined) return SIGNED_OUT
  return { kind: 'stream', messages$: liveFor(world, url.origin, userId) }
}

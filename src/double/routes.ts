import type { UserId } from '../model/ids.ts'
import { getEvent, listEvents } from './event-routes.ts'
import { openLive } from './live.ts'
import { NOT_FOUND, type Reply, SIGNED_OUT } from './replies.ts'
import { answerEvent, getMyResponse, listEventResponses, listMyResponses } from './rsvp-routes.ts'
import { artOf } from './sample-art.ts'
import type { Call, Handler, Server } from './server.ts'
import { chatSettings, endSession, openSession, readSession, readUser } from './session-routes.ts'

interface Route {
  readonly method: string
  readonly path: RegExp
  readonly handle: Handler
  /** Needs no token. */
  readonly open?: true
}

const getFile: Handler = ({ world }, { parts }) => {
  const art = artOf(world, parts[0] ?? '')
  return art ? { kind: 'image', svg: art.svg } : NOT_FOUND
}

/** The first that fits wins: `events/me/rsvps` stands before the routes with an event's id. */
const ROUTES: readonly Route[] = [
  { method: 'GET', path: /^\/files\/([^/]+)$/, handle: getFile, open: true },
  { method: 'GET', path: /^\/api\/v1\/live$/, handle: openLive, open: true },
  { method: 'POST', path: /^\/api\/v[345]\/sessions$/, handle: openSession, open: true },
  { method: 'GET', path: /^\/api\/v[345]\/sessions$/, handle: readSession },
  { method: 'DELETE', path: /^\/api\/v[345]\/sessions$/, handle: endSession },
  { method: 'GET', path: /^\/api\/v3\/users\/([^/]+)$/, handle: readUser },
  { method: 'GET', path: /^\/api\/v3\/network-settings\/chat$/, handle: chatSettings },
  { method: 'GET', path: /^\/api\/v1\/events$/, handle: listEvents },
  { method: 'GET', path: /^\/api\/v1\/events\/me\/rsvps$/, handle: listMyResponses },
  { method: 'GET', path: /^\/api\/v1\/events\/([^/]+)$/, handle: getEvent },
  { method: 'GET', path: /^\/api\/v1\/events\/([^/]+)\/me\/rsvp$/, handle: getMyResponse },
  { method: 'GET', path: /^\/api\/v1\/events\/([^/]+)\/rsvp$/, handle: listEventResponses },
  { method: 'POST', path: /^\/api\/v1\/events\/([^/]+)\/rsvp$/, handle: answerEvent },
  { method: 'PUT', path: /^\/api\/v1\/events\/([^/]+)\/rsvp$/, handle: answerEvent },
]

/** Finds the route and runs it; `admit` may stop a caller whose token was accepted. Synchronous: nothing can come between. */
export function route(
  server: Server,
  call: Omit<Call, 'parts' | 'userId'>,
  admit: (userId: UserId) => Reply | undefined,
): Reply {
  for (const { method, path, handle, open } of ROUTES) {
    const match = method === call.method ? path.exec(call.url.pathname) : null
    if (!match) continue
    const parts = decoded(match.slice(1))
    if (!parts) return NOT_FOUND
    if (open) return handle(server, { ...call, parts, userId: '' })
    const userId = server.session.userOf(call.headers)
    if (userId === undefined) return SIGNED_OUT
    return admit(userId) ?? handle(server, { ...call, parts, userId })
  }
  return NOT_FOUND
}

function decoded(parts: readonly string[]): readonly string[] | undefined {
  try {
    return parts.map(decodeURIComponent)
  } catch {
    return undefined
  }
}

import type { UserId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import { answerPreflight, isPreflight, withCors } from './cors.ts'
import { type ApiMood, type Arriving, type DoubleClock, interferenceOf, noReply, waitFor } from './moods.ts'
import { type Reply, rateLimited, toResponse } from './replies.ts'
import { route } from './routes.ts'
import type { Server } from './server.ts'

/** One request as the double saw it. */
export interface SeenRequest {
  readonly method: string
  /** The path alone, as it came. */
  readonly path: string
  /** The query with its question mark, or empty. */
  readonly search: string
  /** Missing where no token in force came along. */
  readonly userId?: UserId
  /** Epoch milliseconds by the double's clock. */
  readonly at: Moment
  /** HTTP status of the reply; 0 while there is none, and for good when it was lost or given up. */
  readonly status: number
}

/** Wraps every request: hold it, hold its reply, change it, or answer in the API's place. */
export type Intercept = (request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>

/** What a test may turn while requests come in. */
export interface Controls {
  /** Settable at any time. */
  mood: ApiMood
  /** How long the slow mood waits. */
  slowMs: number
  /** `Retry-After` of the rate-limited mood: seconds or an HTTP date; `undefined` sends none. */
  retryAfter: string | undefined
  intercept: Intercept | undefined
}

export interface Front {
  readonly fetch: (request: Request) => Promise<Response>
  readonly seen: readonly SeenRequest[]
}

/** Seconds to wait when the user has sent too much, else `undefined`. */
type Limiter = (userId: UserId, now: Moment) => number | undefined

const EVENTS_PATH = /^\/api\/v1\/events\//

function arrivingOf(request: Request): Arriving {
  const { pathname } = new URL(request.url)
  return {
    isPreflight: isPreflight(request),
    isSession: /^\/api\/v\d\/sessions$/.test(pathname),
    isFile: pathname.startsWith('/files/'),
    isAnswer: EVENTS_PATH.test(pathname) && (request.method === 'POST' || request.method === 'PUT'),
  }
}

/** Everything between the network and the routes: the log, the hook, the moods, giving up, CORS. */
export function createFront(
  server: Server,
  clock: DoubleClock,
  controls: Controls,
  limiter?: Limiter,
): Front {
  const seen: SeenRequest[] = []

  const admit = (userId: UserId): Reply | undefined => {
    const waitS = limiter?.(userId, clock.now())
    return waitS === undefined ? undefined : rateLimited(String(waitS))
  }

  const answer = async (request: Request): Promise<Response> => {
    if (isPreflight(request)) return answerPreflight(request)
    const body = request.body === null ? '' : await request.text()
    request.signal.throwIfAborted()
    const { method, headers } = request
    const reply = route(server, { method, headers, body, url: new URL(request.url) }, admit)
    return withCors(toResponse(reply, clock.now()))
  }

  const inMood = async (request: Request): Promise<Response> => {
    const interference = interferenceOf(controls.mood, arrivingOf(request), controls.retryAfter)
    switch (interference.kind) {
      case 'none':
        return answer(request)
      case 'wait':
        await waitFor(clock, controls.slowMs, request.signal)
        return answer(request)
      case 'unreachable':
        throw noReply()
      case 'lost-reply':
        await answer(request)
        throw noReply()
      case 'instead':
        return withCors(toResponse(interference.reply, clock.now()))
    }
  }

  const fetch = async (request: Request): Promise<Response> => {
    request.signal.throwIfAborted()
    const { pathname: path, search } = new URL(request.url)
    const userId = server.session.userOf(request.headers)
    const place = seen.length
    const arrived = {
      method: request.method,
      path,
      search,
      ...(userId !== undefined && { userId }),
      at: clock.now(),
    }
    seen.push({ ...arrived, status: 0 })
    const { intercept } = controls
    const reply = await orAborted(request.signal, intercept ? intercept(request, inMood) : inMood(request))
    seen[place] = { ...arrived, status: reply.status }
    return isPreflight(request) ? reply : withCors(reply)
  }
  return { fetch, seen }
}

/** The caller hears of an abort at once, as from fetch, even while a hook holds the reply. */
function orAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abandon = () => reject(signal.reason)
    signal.addEventListener('abort', abandon, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abandon))
  })
}

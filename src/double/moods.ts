import type { ClockPort } from '../ports.ts'
import { FORBIDDEN, type Reply, rateLimited, SERVER_ERROR, SIGNED_OUT } from './replies.ts'

/** How the API double behaves. Each mood holds for the requests that begin while it is set. */
export type ApiMood =
  /** As documented. */
  | 'well'
  /** Waits `slowMs`, then applies and replies. */
  | 'slow'
  /** Nothing listens: rejects with a `TypeError`, as fetch does. */
  | 'down'
  /** The request is lost on its way: not applied, rejects with a `TypeError`. */
  | 'lost-request'
  /** The reply is lost on its way: applied, rejects with a `TypeError`. */
  | 'lost-reply'
  /** 500 with the envelope; nothing applied. */
  | 'server-error'
  /** Every answer is refused with 403 and code 400300; reads work. */
  | 'refusing'
  /** 429 with code 400311 and `retryAfter`; nothing applied. */
  | 'rate-limited'
  /** Every token is refused with 401 and code 400100; signing in still works. */
  | 'signed-out'
  /** Another machine answers: 200 with a page of HTML, even to a preflight. */
  | 'captive-portal'

/** What stands between a request and the API. */
export type Interference =
  | { readonly kind: 'none' }
  | { readonly kind: 'wait' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'lost-reply' }
  | { readonly kind: 'instead'; readonly reply: Reply }

const NONE: Interference = { kind: 'none' }

const CAPTIVE_PORTAL = `<!doctype html><html lang="en"><title>Welcome to Station Wi-Fi</title>
<body><h1>Welcome</h1><p>Accept the terms to go online.</p><form><button>Accept</button></form></body></html>`

export interface Arriving {
  readonly isPreflight: boolean
  readonly isSession: boolean
  readonly isFile: boolean
  readonly isAnswer: boolean
}

/** Decides what a mood does to one request. */
export function interferenceOf(
  mood: ApiMood,
  arriving: Arriving,
  retryAfter: string | undefined,
): Interference {
  const { isPreflight, isSession, isFile, isAnswer } = arriving
  const instead = (reply: Reply): Interference => (isPreflight ? NONE : { kind: 'instead', reply })
  switch (mood) {
    case 'well':
      return NONE
    case 'slow':
      return isPreflight ? NONE : { kind: 'wait' }
    case 'down':
      return { kind: 'unreachable' }
    case 'lost-request':
      return isPreflight ? NONE : { kind: 'unreachable' }
    case 'lost-reply':
      return isPreflight ? NONE : { kind: 'lost-reply' }
    case 'server-error':
      return instead(SERVER_ERROR)
    case 'refusing':
      return isAnswer ? instead(FORBIDDEN) : NONE
    case 'rate-limited':
      return isFile ? NONE : instead(rateLimited(retryAfter))
    case 'signed-out':
      return isFile || isSession ? NONE : instead(SIGNED_OUT)
    case 'captive-portal':
      return { kind: 'instead', reply: { kind: 'page', html: CAPTIVE_PORTAL } }
  }
}

/** What fetch rejects with when it got no reply. */
export const noReply = (): TypeError => new TypeError('Failed to fetch')

/** A clock that only tells the time is enough; with `at`, waits are cranked by it too. */
export type DoubleClock = Pick<ClockPort, 'now'> & Partial<Pick<ClockPort, 'at'>>

/** Resolves after `ms`; rejects with the signal's reason when it is aborted first. */
export function waitFor(clock: DoubleClock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const done = () => {
      signal.removeEventListener('abort', abandon)
      resolve()
    }
    let stop = () => {}
    const abandon = () => {
      stop()
      reject(signal.reason)
    }
    signal.addEventListener('abort', abandon, { once: true })
    if (clock.at) stop = clock.at(clock.now() + ms, done)
    else {
      const timer = setTimeout(done, ms)
      stop = () => clearTimeout(timer)
    }
  })
}

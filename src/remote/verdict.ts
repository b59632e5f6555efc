import { openBundle, type Paging, type RawBundle, readErrorEnvelope, readPaging } from '../model/bundle.ts'
import type { Failure, FailureKind } from '../model/failure.ts'
import { isTokenRefused, type Reply, shortened } from './http.ts'

/** What a reply means. Every wait is for the caller to choose; `retryAfterMs` is what the server asked for. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly raw: RawBundle; readonly paging: Paging }
  /** The request may or may not have been applied. */
  | { readonly kind: 'unknown'; readonly failure: Failure; readonly retryAfterMs?: number }
  /** The whole user has to wait. */
  | { readonly kind: 'slow-down'; readonly failure: Failure; readonly retryAfterMs?: number }
  | { readonly kind: 'signed-out'; readonly failure: Failure }
  /** POST: the server may already have an answer of mine. */
  | { readonly kind: 'exists'; readonly failure: Failure }
  /** There is no such thing, as far as this user may know. */
  | { readonly kind: 'missing'; readonly failure: Failure }
  | { readonly kind: 'failed'; readonly failure: Failure }

export type Refusal = Exclude<Verdict, { readonly kind: 'accepted' }>

/** What the caller asked for, and must find in the reply before it counts. */
export interface Asked {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly accepts: (raw: RawBundle) => boolean
}

/** Codes and statuses with which the API may say "you have answered already". */
const EXISTS_CODES = [400315, 400900]
const NOT_FOUND_CODE = 400400
const RATE_LIMIT_CODE = 400311
/** The API's catch-all for a refused request; no source says what it answers to a second POST. */
const BAD_REQUEST_CODE = 400000

/** HTTP status first, API code second, message never. */
export function verdictOf({ method, accepts }: Asked, reply: Reply): Verdict {
  if (reply.kind === 'silent') return { kind: 'unknown', failure: reply.failure }
  if (reply.kind === 'no-token') return { kind: 'signed-out', failure: failureOf('signed-out', 0, {}) }
  const { status, json } = reply
  const envelope = readErrorEnvelope(json)
  const wait = reply.retryAfterMs === undefined ? {} : { retryAfterMs: reply.retryAfterMs }
  const because = (kind: FailureKind) => failureOf(kind, status, envelope)

  if (status < 400) {
    const raw = status >= 200 && status < 300 ? openBundle(json) : undefined
    if (raw && accepts(raw)) return { kind: 'accepted', raw, paging: readPaging(json) }
    return { kind: 'unknown', failure: because('not-the-api') }
  }
  if (status === 429 || envelope.code === RATE_LIMIT_CODE)
    return { kind: 'slow-down', failure: because('rate-limited'), ...wait }
  if (status >= 500 || status === 408 || status === 425)
    return { kind: 'unknown', failure: because('server-error'), ...wait }
  if (isTokenRefused(reply)) return { kind: 'signed-out', failure: because('signed-out') }
  if (method === 'POST' && mayExist(status, envelope.code)) return { kind: 'exists', failure: because('refused') }
  if (status === 404 || envelope.code === NOT_FOUND_CODE)
    return { kind: method === 'POST' ? 'failed' : 'missing', failure: because('event-gone') }
  return { kind: 'failed', failure: because(status === 403 ? 'forbidden' : 'refused') }
}

/** A plain 400 may be the refusal of a second POST or of the answer itself: reading back tells which. */
function mayExist(status: number, code: number | undefined): boolean {
  if (status === 409 || (code !== undefined && EXISTS_CODES.includes(code))) return true
  return status === 400 && (code === undefined || code === BAD_REQUEST_CODE)
}

function failureOf(
  kind: FailureKind,
  httpStatus: number,
  { code, message }: { readonly code?: number; readonly message?: string },
): Failure {
  return {
    kind,
    message: shortened(message ?? WORDS[kind]),
    ...(httpStatus > 0 && { httpStatus }),
    ...(code !== undefined && { apiCode: code }),
  }
}

/** Where the server gave no words of its own. */
const WORDS: Record<FailureKind, string> = {
  refused: 'The server refused this answer.',
  forbidden: 'You are not allowed to answer this event.',
  'event-gone': 'This event does not exist any more, or you cannot see it.',
  'no-reply': 'The server could not be reached.',
  'timed-out': 'The server did not reply in time.',
  'server-error': 'The server is in trouble.',
  'not-the-api': 'Something other than the server replied; is there a sign-in page on this network?',
  'rate-limited': 'Too many requests; the server asks for a pause.',
  'signed-out': 'You are signed out.',
}

import { openBundle, type Paging, type RawBundle, readErrorEnvelope, readPaging } from '../model/bundle.ts'
import type { Failure, FailureKind } from '../model/failure.ts'
import { isTokenRefused, type Reply } from './http.ts'

/** What a reply means. Every wait is for the caller to choose; `retryAfterMs` is what the server asked for. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly raw: RawBundle; readonly paging: Paging }
  | Refusal

export interface Refusal {
  readonly kind: /** The request may or may not have been applied. */
    | 'unknown'
    /** The whole user has to wait. */
    | 'slow-down'
    | 'signed-out'
    /** POST: the server may already have an answer of mine. */
    | 'exists'
    /** There is no such thing, as far as this user may know. */
    | 'missing'
    | 'failed'
  readonly failure: Failure
  readonly retryAfterMs?: number | undefined
}

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

const MAX_MESSAGE_LENGTH = 300

/** HTTP status first, API code second, message never. */
export function verdictOf({ method, accepts }: Asked, reply: Reply): Verdict {
  const { status, json, silence, retryAfterMs } = reply
  const { code = 0, message } = readErrorEnvelope(json)
  const refusal = (kind: Refusal['kind'], why: FailureKind): Verdict => ({
    kind,
    retryAfterMs,
    failure: {
      kind: why,
      message: (message ?? why).slice(0, MAX_MESSAGE_LENGTH),
      ...(status && { httpStatus: status }),
      ...(code && { apiCode: code }),
    },
  })

  if (silence) return refusal(silence === 'signed-out' ? silence : 'unknown', silence)
  if (status < 400) {
    const raw = status >= 200 && status < 300 && openBundle(json)
    if (!raw) return refusal('unknown', 'not-the-api')
    if (accepts(raw)) return { kind: 'accepted', raw, paging: readPaging(json) }
    return method === 'GET' ? refusal('missing', 'event-gone') : refusal('unknown', 'not-the-api')
  }
  if (status === 429 || code === RATE_LIMIT_CODE) return refusal('slow-down', 'rate-limited')
  if (status >= 500 || status === 408 || status === 425) return refusal('unknown', 'server-error')
  if (isTokenRefused(reply)) return refusal('signed-out', 'signed-out')
  if (method === 'POST' && mayExist(status, code)) return refusal('exists', 'refused')
  if (status === 404 || code === NOT_FOUND_CODE)
    return refusal(method === 'POST' ? 'failed' : 'missing', 'event-gone')
  return refusal('failed', status === 403 ? 'forbidden' : 'refused')
}

/** A plain 400 may be the refusal of a second POST or of the answer itself: reading back tells which. */
const mayExist = (status: number, code: number): boolean =>
  status === 409 || EXISTS_CODES.includes(code) || (status === 400 && (!code || code === BAD_REQUEST_CODE))

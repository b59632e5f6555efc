import { openBundle, type RawBundle } from '../model/bundle.ts'
import type { Failure, FailureKind } from '../model/failure.ts'
import type { UserId } from '../model/ids.ts'
import type { Reply } from './http.ts'
import { isNewAnswer, type Meaning, type Question, type Remote } from './remote.ts'

/** What a reply means. Every wait is for the caller to choose; `retryAfterMs` is what the server asked for. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly raw: RawBundle; readonly next: string | undefined }
  | Refusal

export interface Refusal {
  readonly kind: Meaning
  readonly failure: Failure
  readonly retryAfterMs?: number | undefined
}

/** What was asked, of whom and by whom, and what must be found in a reply before it counts. */
export interface Asked {
  readonly remote: Remote
  readonly question: Question
  readonly me: UserId
  readonly accepts: (raw: RawBundle) => boolean
}

const MAX_MESSAGE_LENGTH = 300

/** HTTP status first, the API's own code second, message never. */
export function verdictOf({ remote, question, me, accepts }: Asked, reply: Reply): Verdict {
  const { status, json, silence, retryAfterMs } = reply
  const { code, message } = status >= 200 ? (remote.errorIn?.(json) ?? {}) : {}
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
    const { bundle, next } = (status >= 200 && status < 300 && remote.read(json, question, me)) || {}
    const raw = openBundle(bundle)
    if (!raw) return refusal('unknown', 'not-the-api')
    if (accepts(raw)) return { kind: 'accepted', raw, next }
    return question.ask === 'answer' ? refusal('unknown', 'not-the-api') : refusal('missing', 'event-gone')
  }
  const kind = meaningOf(remote, question, status, code)
  return refusal(kind, whyOf(kind, status, question))
}

/** The API says "token" with the status or with its code; some gateways send only one of them. */
export const isTokenRefused = (remote: Remote, question: Question, { status, json }: Reply): boolean =>
  status >= 400 && meaningOf(remote, question, status, remote.errorIn?.(json).code) === 'signed-out'

function meaningOf(remote: Remote, question: Question, status: number, code: number | undefined): Meaning {
  const isNew = isNewAnswer(question)
  if (status === 429) return 'slow-down'
  if (status >= 500 || status === 408 || status === 425) return 'unknown'
  if (status === 401) return 'signed-out'
  const own = remote.meaning?.(status, code, question)
  if (own) return own
  if (status === 409 && isNew) return 'exists'
  // A new answer to what is not there cannot be given in another way.
  if (status === 404) return isNew ? 'failed' : 'missing'
  return 'failed'
}

function whyOf(kind: Meaning, status: number, question: Question): FailureKind {
  const isGone = kind === 'missing' || (kind === 'failed' && question.ask === 'answer' && status === 404)
  if (isGone) return 'event-gone'
  if (kind === 'slow-down') return 'rate-limited'
  if (kind === 'unknown') return 'server-error'
  if (kind === 'signed-out') return kind
  return status === 403 && kind === 'failed' ? 'forbidden' : 'refused'
}

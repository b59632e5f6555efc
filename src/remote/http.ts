import type { FailureKind } from '../model/failure.ts'
import type { Ports } from '../ports.ts'
import type { Question, RemoteRequest } from './remote.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Session } from './session.ts'

/** What came back, before anyone asks what it means. */
export interface Reply {
  /** HTTP status; 0 when there was no reply of the server's. */
  readonly status: number
  /** `undefined` when the body is not JSON. */
  readonly json?: unknown
  readonly retryAfterMs?: number | undefined
  /** Why there is no reply. */
  readonly silence?: FailureKind
}

/** How many milliseconds its caller may still send; none once another tab may. */
export type TimeLeft = () => number

export interface Call extends RemoteRequest {
  readonly question: Question
  readonly timeLeft?: TimeLeft | undefined
  /** Gives the call up; then there is no reply. */
  readonly signal?: AbortSignal | undefined
}

export type Send = (call: Call) => Promise<Reply>

export interface HttpParts {
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly session: Session
  /** The server will not have this token, whatever it is asked. */
  readonly isTokenRefused: (question: Question, reply: Reply) => boolean
  readonly ports: Pick<Ports, 'fetch' | 'clock' | 'connectivity'>
  /** Hears of each request as it leaves. */
  readonly sent: (question: Question) => void
  /** Resolves when the published rate limit lets the next request go. */
  readonly pace: () => Promise<void>
  /** Gives up every request when the store closes. */
  readonly closing: AbortSignal
}

/** Sends one call with the user's token; renews the token once when it is refused. Never throws. */
export function createSend(parts: HttpParts): Send {
  const { baseUrl, timeoutMs, session, isTokenRefused, ports, sent, pace, closing } = parts
  const { clock } = ports

  return async function send(call) {
    await pace()
    const enders = [closing, call.signal]
    if (enders.some((ender) => ender?.aborted)) return silent('no-reply')
    const abort = new AbortController()
    const { signal } = abort
    const { timeLeft = () => timeoutMs } = call
    const ms = Math.min(timeoutMs, timeLeft())
    const endsAt = clock.elapsed() + ms
    const isLate = () => signal.aborted || clock.elapsed() >= endsAt || timeLeft() <= 0
    const stopTimer = clock.after(ms, () => abort.abort('timed-out'))
    const giveUp = () => abort.abort('no-reply')
    for (const ender of enders) ender?.addEventListener('abort', giveUp)
    // A port may ignore the signal; we do not.
    const ended = new Promise<Reply>((resolve) => {
      signal.addEventListener('abort', () => resolve(silent(signal.reason)))
    })
    const reply = await Promise.race([ended, withToken(call, signal, isLate).catch(() => silent('no-reply'))])
    stopTimer()
    for (const ender of enders) ender?.removeEventListener('abort', giveUp)
    return reply
  }

  async function withToken(call: Call, signal: AbortSignal, isLate: () => boolean): Promise<Reply> {
    const token = await session.token(signal)
    // Whoever hands out tokens may be as far away as the API: only an empty token is signed out.
    if (!token) return silent(token === '' && ports.connectivity.online() ? 'signed-out' : 'no-reply')
    const reply = await exchange(call, token, signal, isLate)
    const fresh = isTokenRefused(call.question, reply) && (await session.renewed(token, signal))
    if (!fresh) return reply
    await pace() // the second try is a request like any other
    return exchange(call, fresh, signal, isLate)
  }

  async function exchange(
    call: Call,
    token: string,
    signal: AbortSignal,
    isLate: () => boolean,
  ): Promise<Reply> {
    const request = toRequest(baseUrl, call, token, signal)
    if (!request) return silent('signed-out')
    // A page that was frozen until now wakes here before its timers do: it must not send late.
    if (isLate()) return silent('timed-out')
    sent(call.question)
    const response = await ports.fetch(request)
    if (response.redirected) return silent('not-the-api')
    const { headers, status } = response
    const json = headers.get('content-type')?.includes('json')
      ? parse(await response.text(), status < 400 ? '' : token)
      : undefined
    const wait = retryAfterMs(headers.get('retry-after'), headers.get('date'), clock.now())
    return { status, json, retryAfterMs: wait }
  }
}

/** `undefined` when the token cannot be a header: the platform's error would quote it. */
function toRequest(baseUrl: string, call: Call, token: string, signal: AbortSignal): Request | undefined {
  const { method, path, query, body } = call
  try {
    return new Request(`${baseUrl.replace(/\/+$/, '')}${path}${query ? `?${query}` : ''}`, {
      method,
      // No custom header, ever: the CORS preflight would refuse it.
      headers: { Authorization: `Bearer ${token}`, ...(body ? { 'Content-Type': 'application/json' } : {}) },
      body: body ? JSON.stringify(body) : null,
      signal,
      redirect: 'error',
      cache: 'no-store',
      credentials: 'omit',
    })
  } catch {
    return undefined
  }
}

/** An error that quotes the token, however it is escaped there, would end up on disk: it is struck out. */
function parse(text: string, token: string): unknown {
  const strike = (_: string, value: unknown) =>
    typeof value === 'string' ? value.replaceAll(token, '[token]') : value
  try {
    return JSON.parse(text, token ? strike : undefined)
  } catch {
    return undefined
  }
}

const silent = (silence: FailureKind): Reply => ({ status: 0, silence })

import { readErrorEnvelope } from '../model/bundle.ts'
import type { Failure } from '../model/failure.ts'
import type { Ports } from '../ports.ts'
import { retryAfterMs } from './retry-after.ts'
import type { Session } from './session.ts'

/** What came back, before anyone asks what it means. */
export type Reply =
  | {
      readonly kind: 'heard'
      readonly status: number
      /** `undefined` when the body is not JSON. */
      readonly json: unknown
      readonly retryAfterMs: number | undefined
    }
  | { readonly kind: 'silent'; readonly failure: Failure }
  | { readonly kind: 'no-token' }

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly path: string
  readonly query?: URLSearchParams
  readonly body?: unknown
  /** The caller gives up at this moment at the latest. */
  readonly until?: number
  readonly signal?: AbortSignal
}

export type Send = (call: Call) => Promise<Reply>

const MAX_MESSAGE_LENGTH = 300
const OFFLINE = 'The server could not be reached.'

export interface HttpParts {
  readonly baseUrl: string
  readonly timeoutMs: number
  readonly session: Session
  readonly ports: Pick<Ports, 'fetch' | 'clock' | 'connectivity'>
  /** Resolves when the published rate limit lets the next request go. */
  readonly pace: (signal: AbortSignal) => Promise<void>
}

/** Sends one call with the user's token; renews the token once when it is refused. Never throws. */
export function createSend({ baseUrl, timeoutMs, session, ports, pace }: HttpParts): Send {
  const { clock } = ports

  return async function send(call) {
    const abort = new AbortController()
    let late = false
    const limit = Math.min(clock.now() + timeoutMs, call.until ?? Number.POSITIVE_INFINITY)
    const stopTimer = clock.at(limit, () => {
      late = true
      abort.abort()
    })
    const stop = () => abort.abort()
    call.signal?.addEventListener('abort', stop)
    if (call.signal?.aborted) stop()
    try {
      return await withToken(call, abort.signal)
    } catch {
      const timeout = `No reply within ${Math.round((timeoutMs / 1000) * 10) / 10} s.`
      return late ? silent('timed-out', timeout) : silent('no-reply', OFFLINE)
    } finally {
      stopTimer()
      call.signal?.removeEventListener('abort', stop)
    }
  }

  async function withToken(call: Call, signal: AbortSignal): Promise<Reply> {
    const token = await orAbort(session.token(signal), signal)
    // Without a network the app cannot fetch a token either: that is not signed out.
    if (token === undefined) return ports.connectivity.online() ? { kind: 'no-token' } : silent('no-reply', OFFLINE)
    const reply = await exchange(call, token, signal)
    if (!isTokenRefused(reply)) return reply
    const fresh = await orAbort(session.renewed(token, signal), signal)
    return fresh === undefined ? reply : exchange(call, fresh, signal)
  }

  async function exchange(call: Call, token: string, signal: AbortSignal): Promise<Reply> {
    const request = toRequest(baseUrl, call, token, signal)
    if (!request) return { kind: 'no-token' }
    await orAbort(pace(signal), signal)
    const response = await orAbort(ports.fetch(request), signal)
    if (response.redirected || response.type === 'opaqueredirect')
      return silent('not-the-api', 'The request was redirected.')
    const text = await orAbort(response.text(), signal)
    const { headers, status } = response
    return {
      kind: 'heard',
      status,
      json: struck(parse(text, headers.get('content-type')), token),
      retryAfterMs: retryAfterMs(headers.get('retry-after'), headers.get('date'), clock.now()),
    }
  }
}

/** The API says "token" with the status or with its code; some gateways send only one of them. */
export function isTokenRefused(reply: Reply): boolean {
  if (reply.kind !== 'heard' || reply.status < 400) return false
  return reply.status === 401 || readErrorEnvelope(reply.json).code === 400100
}

/** `undefined` when the token cannot be a header: the platform's error would quote it. */
function toRequest(baseUrl: string, call: Call, token: string, signal: AbortSignal): Request | undefined {
  const url = new URL(baseUrl.replace(/\/+$/, '') + call.path)
  if (call.query) url.search = call.query.toString()
  // No custom header, ever: the CORS preflight would refuse it.
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` }
  if (call.body !== undefined) headers['Content-Type'] = 'application/json'
  try {
    return new Request(url, {
      method: call.method,
      headers,
      signal,
      redirect: 'error',
      cache: 'no-store',
      credentials: 'omit',
      ...(call.body !== undefined && { body: JSON.stringify(call.body) }),
    })
  } catch {
    return undefined
  }
}

/** Only what calls itself JSON is read. */
function parse(text: string, contentType: string | null): unknown {
  if (!contentType?.includes('json')) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** An error message that quotes the token would end up on disk: it is struck out. */
function struck(json: unknown, token: string): unknown {
  const { message } = readErrorEnvelope(json)
  return message?.includes(token) ? { ...(json as object), message: message.replaceAll(token, '[token]') } : json
}

/** A port may ignore the signal; we do not. */
function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const give = () => reject(new Error('aborted'))
    if (signal.aborted) give()
    signal.addEventListener('abort', give, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', give))
  })
}

const silent = (kind: 'no-reply' | 'timed-out' | 'not-the-api', message: string): Reply => ({
  kind: 'silent',
  failure: { kind, message },
})

export const shortened = (message: string): string => message.slice(0, MAX_MESSAGE_LENGTH)

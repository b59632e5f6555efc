import type { SaidRows } from './said.ts'
import type { Fate } from './step.ts'

/** What comes back to a request. */
export interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly headers?: Record<string, string>
  readonly redirected?: boolean
  /** What it says of rows; `undefined` where it is not the API's own. */
  readonly rows?: SaidRows | undefined
}

type Instead = Extract<Fate, { readonly applied: boolean }>

const CODES: Readonly<Record<number, number>> = { 401: 400100, 403: 400300, 409: 400900, 429: 400311 }

/** What comes back instead of the server's own reply. */
export function inPlaceOf(fate: Instead): Answer {
  switch (fate.kind) {
    case 'captive-portal':
      return { status: 200, type: 'text/html', text: '<h1>Welcome to Station Wi-Fi</h1>' }
    case 'broken-json':
      return { status: 200, type: 'application/json', text: '{"events":[{"eve' }
    case 'redirect':
      return { status: 200, type: 'application/json', text: '{"events":[]}', redirected: true }
    case 'reply': {
      const { status, retryAfterS } = fate
      const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }
      const code = CODES[status] ?? status * 1000
      const text = JSON.stringify({ status: 'error', code, message: `simulated ${status}` })
      return { status, type: 'application/json', text, headers }
    }
  }
}

/** The same answer, with rows before its own that make no sense. */
export function withBadRows(answer: Answer): Answer {
  if (!answer.rows) return answer
  const json = JSON.parse(answer.text) as Record<string, unknown>
  const bad = { events: [{ eventId: 17 }], users: ['nobody'], files: [null] }
  const spoilt = Object.entries(bad).map(([name, rows]) => [name, [...rows, ...((json[name] as []) ?? [])]])
  return { ...answer, text: JSON.stringify({ ...json, ...Object.fromEntries(spoilt) }) }
}

/** The answer as the platform gives it. */
export function toResponse({ status, type, text, headers, redirected }: Answer): Response {
  const response = new Response(text, { status, headers: { 'content-type': type, ...headers } })
  if (redirected) Object.defineProperty(response, 'redirected', { value: true })
  return response
}

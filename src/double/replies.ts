import type { Observable } from 'rxjs'

/** The API's error envelope, before it is written out. */
export interface Refusal {
  readonly kind: 'refusal'
  readonly httpStatus: number
  readonly code: number
  readonly message: string
  readonly detail?: readonly string[]
  /** Seconds or an HTTP date, for the header of that name. */
  readonly retryAfter?: string
}

export type Reply =
  | Refusal
  | { readonly kind: 'json'; readonly body: object }
  | { readonly kind: 'image'; readonly svg: string }
  | { readonly kind: 'page'; readonly html: string }
  | { readonly kind: 'stream'; readonly messages$: Observable<object> }

const refusal = (httpStatus: number, code: number, message: string): Refusal => ({
  kind: 'refusal',
  httpStatus,
  code,
  message,
})

export const NOT_FOUND = refusal(404, 400400, 'Resource Not Found.')
export const SIGNED_OUT = refusal(401, 400100, 'Unauthorized')
export const FORBIDDEN = refusal(403, 400300, 'Forbidden')
export const SERVER_ERROR = refusal(500, 500000, 'Unexpected error')

export const badRequest = (message: string): Refusal => refusal(400, 400000, message)

export const conflict = (as: { readonly status: number; readonly code: number }): Refusal =>
  refusal(as.status, as.code, 'RSVP already exists')

export const rateLimited = (retryAfter: string | undefined): Refusal => ({
  ...refusal(429, 400311, 'RateLimit Exceed.'),
  ...(retryAfter !== undefined && { retryAfter }),
})

/** Shares its code with a server fault; only the HTTP status tells them apart. */
export const invalid = (detail: readonly string[]): Refusal => ({
  ...refusal(422, 500000, 'Parameters validation error!'),
  detail,
})

export const json = (body: object): Reply => ({ kind: 'json', body })

/** Writes a reply out; `now` becomes its `Date` header. */
export function toResponse(reply: Reply, now: number): Response {
  const date = new Date(now).toUTCString()
  switch (reply.kind) {
    case 'json':
      return new Response(JSON.stringify(reply.body), {
        headers: { date, 'content-type': 'application/json' },
      })
    case 'image':
      return new Response(reply.svg, {
        headers: { date, 'content-type': 'image/svg+xml', 'cache-control': 'public, max-age=86400' },
      })
    case 'page':
      return new Response(reply.html, { headers: { date, 'content-type': 'text/html' } })
    case 'stream':
      return new Response(eventStream(reply.messages$), {
        headers: { date, 'content-type': 'text/event-stream', 'cache-control': 'no-store' },
      })
    case 'refusal': {
      const { httpStatus, code, message, detail, retryAfter } = reply
      const headers = new Headers({ date, 'content-type': 'application/json' })
      if (retryAfter !== undefined) headers.set('retry-after', retryAfter)
      const envelope = { status: 'error', code, message, ...(detail && { data: { detail } }) }
      return new Response(JSON.stringify(envelope), { status: httpStatus, headers })
    }
  }
}

/** One message a time, until whoever reads it goes away. */
function eventStream(messages$: Observable<object>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  let stop = () => {}
  return new ReadableStream({
    start(controller) {
      const write = (text: string) => controller.enqueue(encoder.encode(text))
      write(': open\n\n') // so that whoever waits for the headers has them
      const watching = messages$.subscribe((message) => write(`data: ${JSON.stringify(message)}\n\n`))
      stop = () => watching.unsubscribe()
    },
    cancel: () => stop(),
  })
}

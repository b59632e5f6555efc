import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { ReadableStream as NodeStream } from 'node:stream/web'

/** A Node request as the platform's `Request`, with its whole body. */
export async function toRequest(req: IncomingMessage, signal: AbortSignal): Promise<Request> {
  const headers = new Headers()
  for (const [name, value] of Object.entries(req.headers)) {
    for (const one of [value ?? []].flat()) headers.append(name, one)
  }
  const method = req.method ?? 'GET'
  const url = new URL(req.url ?? '/', `http://${req.headers.host ?? 'localhost'}`)
  const body = method === 'GET' || method === 'HEAD' ? '' : await bodyOf(req)
  return new Request(url, { method, headers, signal, ...(body !== '' && { body }) })
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

/** Writes a `Response` out as it is, for as long as it goes on; stops reading when nobody listens any more. */
export async function writeResponse(res: ServerResponse, { status, headers, body }: Response): Promise<void> {
  res.writeHead(status, Object.fromEntries(headers))
  res.flushHeaders()
  if (body) await pipeline(Readable.fromWeb(body as NodeStream), res)
  else res.end()
}

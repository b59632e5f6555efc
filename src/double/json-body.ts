import { badRequest, type Refusal } from './replies.ts'

export interface JsonBody {
  readonly kind: 'body'
  readonly fields: Readonly<Record<string, unknown>>
}

/** Reads a body that says it is JSON and is an object; anything else is a bad request. */
export function readJsonBody(call: { readonly headers: Headers; readonly body: string }): JsonBody | Refusal {
  if (!/^application\/json\b/i.test(call.headers.get('content-type') ?? '')) {
    return badRequest('Content-Type must be application/json')
  }
  try {
    const fields: unknown = JSON.parse(call.body)
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) {
      return { kind: 'body', fields: fields as Record<string, unknown> }
    }
  } catch {
    // Said below, as for JSON that is not an object.
  }
  return badRequest('Body is not a JSON object')
}

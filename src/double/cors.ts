const METHODS = ['GET', 'POST', 'PUT', 'DELETE']
/** What the official SDK sends, and nothing more. */
const HEADERS = ['authorization', 'content-type', 'x-api-key', 'set-access-token-cookie']

export const isPreflight = (request: Request): boolean => request.method === 'OPTIONS'

/** Answers a preflight; one that asks for a method or header outside the list gets no permission. */
export function answerPreflight(request: Request): Response {
  const method = request.headers.get('access-control-request-method') ?? 'GET'
  const asked = (request.headers.get('access-control-request-headers') ?? '')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '')
  const allowed = METHODS.includes(method) && asked.every((name) => HEADERS.includes(name))
  if (!allowed) return new Response(null, { status: 403 })
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-origin': '*',
      'access-control-allow-methods': METHODS.join(', '),
      'access-control-allow-headers': HEADERS.join(', '),
      'access-control-max-age': '600',
    },
  })
}

/** Lets a page of any origin read the reply. */
export function withCors(response: Response): Response {
  if (response.type === 'error' || response.headers.has('access-control-allow-origin')) return response
  const headers = new Headers(response.headers)
  headers.set('access-control-allow-origin', '*')
  headers.set('access-control-expose-headers', 'Retry-After, Date')
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers })
}

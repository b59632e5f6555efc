import { badRequest, invalid, type Refusal } from './replies.ts'

/** Which rows of a list are asked for. */
export interface PageAsked {
  readonly kind: 'page'
  readonly skip: number
  readonly limit: number
}

/** One page of rows, and the opaque tokens of its neighbours. */
export interface Page<Row> {
  readonly rows: readonly Row[]
  readonly paging: { readonly next?: string; readonly previous?: string }
}

const DEFAULT_LIMIT = 20
const MAX_LIMIT = 100

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0
const isLimit = (value: unknown): value is number => isCount(value) && value >= 1 && value <= MAX_LIMIT

const tokenOf = (skip: number, limit: number): string => btoa(JSON.stringify({ skip, limit }))

function readToken(token: string): PageAsked | undefined {
  try {
    const { skip, limit } = JSON.parse(atob(token)) as { skip?: unknown; limit?: unknown }
    return isCount(skip) && isLimit(limit) ? { kind: 'page', skip, limit } : undefined
  } catch {
    return undefined
  }
}

/** Reads `options[limit]` and `options[token]`; the token carries its own limit and wins. */
export function readPage(params: URLSearchParams): PageAsked | Refusal {
  const token = params.get('options[token]')
  if (token !== null) return readToken(token) ?? badRequest('Query Token is invalid')
  const asked = params.get('options[limit]')
  const limit = asked === null ? DEFAULT_LIMIT : /^\d+$/.test(asked) ? Number(asked) : Number.NaN
  if (isLimit(limit)) return { kind: 'page', skip: 0, limit }
  return invalid([`The 'options.limit' field must be a number from 1 to ${MAX_LIMIT}`])
}

/** Cuts the page out of the whole list. */
export function cutPage<Row>(all: readonly Row[], { skip, limit }: PageAsked): Page<Row> {
  const end = skip + limit
  return {
    rows: all.slice(skip, end),
    paging: {
      ...(end < all.length && { next: tokenOf(end, limit) }),
      ...(skip > 0 && { previous: tokenOf(Math.max(0, skip - limit), limit) }),
    },
  }
}

import type { UserId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'

/** How many requests one user may send in any stretch of `perMs`. */
export interface RateLimit {
  readonly requests: number
  readonly perMs: number
}

/** As published: 100 requests in 5 seconds, over all devices of a user. */
export const PUBLISHED_LIMIT: RateLimit = { requests: 100, perMs: 5_000 }

/** Counts one request; gives the whole seconds to wait when it is one too many, which is not counted. */
export function createRateLimiter({
  requests,
  perMs,
}: RateLimit): (userId: UserId, now: Moment) => number | undefined {
  const momentsByUser = new Map<UserId, Moment[]>()
  return (userId, now) => {
    const recent = (momentsByUser.get(userId) ?? []).filter((moment) => moment > now - perMs)
    momentsByUser.set(userId, recent)
    const [oldest = now] = recent
    if (recent.length >= requests) return Math.max(1, Math.ceil((oldest + perMs - now) / 1000))
    recent.push(now)
    return undefined
  }
}

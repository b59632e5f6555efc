/** No wait a server asks for is honoured beyond this. */
const LONGEST_MS = 3_600_000

const SECONDS = /^\d+$/
/** `Date.parse` alone would also take `120` or `-5` for dates. */
const HTTP_DATE = /^[A-Z].*GMT$/

/**
 * Reads `Retry-After` in both forms of RFC 9110: seconds, or a date against the server's own `Date`.
 * @returns milliseconds from now, at most an hour; `undefined` when there is none that can be read.
 */
export function retryAfterMs(
  header: string | null,
  serverDate: string | null,
  now: number,
): number | undefined {
  const value = header?.trim() ?? ''
  if (SECONDS.test(value)) return Math.min(Number(value) * 1000, LONGEST_MS)
  if (!HTTP_DATE.test(value)) return undefined
  const from = Date.parse(serverDate ?? '') || now
  const wait = Date.parse(value) - from
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_MS)
}

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Device time zone; the language of the demo's other words. */
const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat('en-GB', options)
const DAY = format({ day: 'numeric' })
const MONTH = format({ month: 'short' })
const MONTH_LONG = format({ month: 'long', year: 'numeric' })
const DATE = format({ weekday: 'short', day: 'numeric', month: 'short' })
const DATE_LONG = format({ weekday: 'long', day: 'numeric', month: 'long' })
const TIME = format({ hour: '2-digit', minute: '2-digit' })

export const badgeDay = (iso: string): string => DAY.format(new Date(iso))
export const badgeMonth = (iso: string): string => MONTH.format(new Date(iso))
export const monthOf = (iso: string): string => MONTH_LONG.format(new Date(iso))
export const shortDate = (iso: string): string =>
  `${DATE.format(new Date(iso))}, ${TIME.format(new Date(iso))}`
export const longDate = (iso: string): string => DATE_LONG.format(new Date(iso))
export const timeOf = (moment: number | string): string => TIME.format(new Date(moment))

/** `18:00–20:00`, or `18:00` where the end is not known or on another day. */
export function timeSpan(start: string, end: string | null | undefined): string {
  const sameDay = end && longDate(start) === longDate(end)
  return sameDay ? `${timeOf(start)} – ${timeOf(end)}` : timeOf(start)
}

function rounded(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(1, Math.ceil(ms / SECOND_MS))} s`
  if (ms < HOUR_MS) return `${Math.round(ms / MINUTE_MS)} min`
  if (ms < 2 * DAY_MS) return `${Math.round(ms / HOUR_MS)} h`
  return `${Math.round(ms / DAY_MS)} days`
}

export const ago = (moment: number, now: number): string =>
  now - moment < 5 * SECOND_MS ? 'just now' : `${rounded(now - moment)} ago`

export const inTime = (moment: number, now: number): string =>
  moment <= now ? 'in a moment' : `in ${rounded(moment - now)}`

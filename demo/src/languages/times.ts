import type { Catalogue } from './catalogue.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Moments and days as they are said in a language; the time zone is the device's. */
export type Times = ReturnType<typeof createTimes>

export function createTimes(locale: string, { justNow, inAMoment }: Catalogue['time']) {
  // One calendar for all: an invitation names the same day to everybody.
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { calendar: 'gregory', ...options })
  const day = format({ day: 'numeric' })
  const month = format({ month: 'short' })
  const monthLong = format({ month: 'long', year: 'numeric' })
  const date = format({
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: 'numeric',
    minute: '2-digit',
  })
  const dateLong = format({ weekday: 'long', day: 'numeric', month: 'long' })
  const time = format({ timeStyle: 'short' })
  const seconds = format({ timeStyle: 'medium' })
  const distance = new Intl.RelativeTimeFormat(locale)
  const longDate = (iso: string): string => dateLong.format(new Date(iso))

  /** `sign` is 1 for what is to come, -1 for what has been. */
  function away(ms: number, sign: 1 | -1): string {
    if (ms < MINUTE_MS) return distance.format(sign * Math.max(1, Math.ceil(ms / SECOND_MS)), 'second')
    if (ms < HOUR_MS) return distance.format(sign * Math.round(ms / MINUTE_MS), 'minute')
    if (ms < 2 * DAY_MS) return distance.format(sign * Math.round(ms / HOUR_MS), 'hour')
    return distance.format(sign * Math.round(ms / DAY_MS), 'day')
  }

  return {
    badgeDay: (iso: string): string => day.format(new Date(iso)),
    badgeMonth: (iso: string): string => month.format(new Date(iso)),
    monthOf: (iso: string): string => monthLong.format(new Date(iso)),
    shortDate: (iso: string): string => date.format(new Date(iso)),
    longDate,
    timeOf: (moment: number): string => time.format(moment),
    secondsOf: (moment: number): string => seconds.format(moment),
    /** The times of a stretch; of the start alone where the end is not known or on another day. */
    span(start: string, end: string | null | undefined): string {
      const [from, to] = [new Date(start), new Date(end ?? start)]
      const isOneDay = end && longDate(start) === longDate(end) && to >= from
      return isOneDay ? time.formatRange(from, to) : time.format(from)
    },
    ago: (moment: number, now: number): string =>
      now - moment < 5 * SECOND_MS ? justNow : away(now - moment, -1),
    inTime: (moment: number, now: number): string => (moment <= now ? inAMoment : away(moment - now, 1)),
  }
}

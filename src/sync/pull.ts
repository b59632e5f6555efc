import { RsvpStoreError } from '../model/errors.ts'
import type { EventId } from '../model/ids.ts'
import type { AttendeesQuery, EventsQuery } from '../model/queries.ts'
import type { PullReport } from '../model/reports.ts'
import type { Answer, Filter, Page, RsvpApi } from '../remote/rsvp-api.ts'
import type { Refusal, Verdict } from '../remote/verdict.ts'
import { addReports, type Merge, NOTHING_MERGED } from '../storage/merge.ts'

/** The API's largest page. */
const PAGE_SIZE = 100

export interface PullParts {
  readonly api: RsvpApi
  readonly merge: Merge
  /** Hears each verdict before the pull goes on: a pause or a lost session concerns the whole user. */
  readonly heard: (verdict: Verdict) => Promise<void>
  /** A wait for the whole user is under way. */
  readonly paused: () => boolean
  /** Counts pulls under way, for `status$`. */
  readonly busy: (change: 1 | -1) => void
}

/** Fetches rows and merges them page by page; rejects with `unreachable`, `signed-out` or `refused`. */
export function createPull({ api, merge, heard, paused, busy }: PullParts) {
  /** Follows the pages to their end, or until `limit` rows were asked for. */
  async function all(
    ask: (page: Page) => Promise<Answer>,
    limit = Number.POSITIVE_INFINITY,
  ): Promise<PullReport> {
    let total: PullReport = { ...NOTHING_MERGED, pages: 0 }
    let page: Page | undefined = { limit: Math.min(limit, PAGE_SIZE) }
    busy(1)
    try {
      while (page && total.pages * PAGE_SIZE < limit) {
        if (paused()) throw new RsvpStoreError('unreachable', 'Paused.')
        const verdict: Answer = await ask(page)
        await heard(verdict)
        if (verdict.kind !== 'accepted') throw pullError(verdict)
        total = {
          ...addReports(total, await merge.mergeRaw(verdict.raw, verdict.asked)),
          pages: total.pages + 1,
        }
        const { next } = verdict.paging
        page = next ? { token: next } : undefined
      }
    } finally {
      busy(-1)
    }
    return total
  }

  return {
    event: (eventId: EventId) => all(() => api.event(eventId), 1),

    async events(query: EventsQuery): Promise<PullReport> {
      const { myStatus, limit, status = [undefined] } = query
      if (myStatus) return all((page) => api.myRsvps({ status: myStatus }, page), limit)
      let total: PullReport = { ...NOTHING_MERGED, pages: 0 }
      // The API takes one status at a time.
      for (const one of status) {
        const report = await all((page) => api.events(toFilter(query, one), page), limit)
        total = { ...addReports(total, report), pages: total.pages + report.pages }
      }
      return total
    },

    myRsvps: ({ status, limit }: AttendeesQuery) => all((page) => api.myRsvps({ status }, page), limit),

    attendees: (eventId: EventId, { status, limit }: AttendeesQuery) =>
      all((page) => api.attendees(eventId, { status }, page), limit),
  }
}

function toFilter(
  { from, to, by, descending, limit, myStatus, ...narrowing }: EventsQuery,
  status?: string,
): Filter {
  return {
    ...narrowing,
    status,
    startTimeGte: iso(from),
    startTimeLte: iso(to),
    sortBy: by === 'startTime' ? undefined : by,
    orderBy: descending ? 'desc' : undefined,
  }
}

const iso = (moment: number | undefined) => (moment === undefined ? moment : new Date(moment).toISOString())

function pullError({ kind, failure }: Refusal): RsvpStoreError {
  const isSilent = kind === 'unknown' || kind === 'slow-down'
  const code = isSilent ? 'unreachable' : kind === 'signed-out' ? kind : 'refused'
  return new RsvpStoreError(code, failure.message, { failure })
}

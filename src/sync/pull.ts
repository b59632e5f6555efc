import { RsvpStoreError } from '../model/errors.ts'
import type { EventId } from '../model/ids.ts'
import type { AttendeesQuery, EventsQuery } from '../model/queries.ts'
import type { MergeReport, PullReport } from '../model/reports.ts'
import type { Answer, Filter, Page, RsvpApi } from '../remote/rsvp-api.ts'
import type { Refusal, Verdict } from '../remote/verdict.ts'
import { type Merge, totalOf } from '../storage/merge.ts'

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

type Question = (page: Page) => Promise<Answer>

/** Fetches rows and merges them page by page; rejects with `unreachable`, `signed-out` or `refused`. */
export function createPull({ api, merge, heard, paused, busy }: PullParts) {
  /** Follows the pages of each question to their end, or until `limit` rows were asked for. */
  async function all(limit = Number.POSITIVE_INFINITY, ...questions: Question[]): Promise<PullReport> {
    const reports: MergeReport[] = []
    busy(1)
    try {
      for (const ask of questions) {
        let page: Page | undefined = { limit: Math.min(limit, PAGE_SIZE) }
        for (let rows = 0; page && rows < limit; rows += PAGE_SIZE) {
          if (paused()) throw new RsvpStoreError('unreachable', 'Paused.')
          const verdict: Answer = await ask(page)
          await heard(verdict)
          if (verdict.kind !== 'accepted') throw pullError(verdict)
          reports.push(await merge.mergeRaw(verdict.raw, verdict.asked))
          const { next } = verdict.paging
          page = next ? { token: next } : undefined
        }
      }
    } finally {
      busy(-1)
    }
    return { ...totalOf(reports), pages: reports.length }
  }

  return {
    event: (eventId: EventId) => all(1, () => api.event(eventId)),

    events(query: EventsQuery): Promise<PullReport> {
      const { myStatus, limit, status = [undefined] } = query
      if (myStatus) return all(limit, (page) => api.myRsvps({ status: myStatus }, page))
      // The API takes one status at a time.
      return all(limit, ...status.map((one) => (page: Page) => api.events(toFilter(query, one), page)))
    },

    myRsvps: ({ status, limit }: AttendeesQuery) => all(limit, (page) => api.myRsvps({ status }, page)),

    attendees: (eventId: EventId, { status, limit }: AttendeesQuery) =>
      all(limit, (page) => api.attendees(eventId, { status }, page)),
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

import type { RsvpStatus } from '../model/entities.ts'
import { RsvpStoreError } from '../model/errors.ts'
import type { EventId } from '../model/ids.ts'
import type { EventsQuery } from '../model/queries.ts'
import type { EventsFilter, Page, RsvpApi } from '../remote/rsvp-api.ts'
import type { Refusal, Verdict } from '../remote/verdict.ts'
import type { Merge, MergeReport } from '../storage/merge.ts'

/** What a pull brought: rows merged, over how many pages. */
export interface PullReport extends MergeReport {
  readonly pages: number
}

/** The API's largest page. */
const PAGE_SIZE = 100

export interface PullParts {
  readonly api: RsvpApi
  readonly merge: Merge
  /** Ends every pull when the store closes. */
  readonly signal: AbortSignal
  /** Hears each refusal before the pull rejects: a pause or a lost session concerns the whole user. */
  readonly refused: (verdict: Refusal) => Promise<void>
  /** Hears of each reply that was taken: the API is back. */
  readonly accepted: () => Promise<void>
  /** A wait for the whole user that is under way. */
  readonly paused: () => boolean
  /** Counts pulls under way, for `status$`. */
  readonly busy: (change: 1 | -1) => void
}

export type Pull = ReturnType<typeof createPull>

/** Fetches rows and merges them page by page; rejects with `unreachable`, `signed-out` or `refused`. */
export function createPull({ api, merge, signal, refused, accepted, paused, busy }: PullParts) {
  const within = { signal }

  async function one(ask: () => Promise<Verdict>): Promise<{ report: MergeReport; next: string | undefined }> {
    if (paused()) throw new RsvpStoreError('unreachable', 'The server asked for a pause; try again later.')
    const asked = await merge.asOf()
    const verdict = await ask()
    if (verdict.kind !== 'accepted') {
      await refused(verdict)
      throw pullError(verdict)
    }
    await accepted()
    return { report: await merge.mergeRaw(verdict.raw, asked), next: verdict.paging.next }
  }

  /** Follows the pages to their end, or until `limit` rows were asked for. */
  async function all(ask: (page: Page) => Promise<Verdict>, limit = Number.POSITIVE_INFINITY): Promise<PullReport> {
    let page: Page | undefined = { limit: Math.min(limit, PAGE_SIZE) }
    let total: PullReport = { applied: 0, stale: 0, quarantined: [], pages: 0 }
    busy(1)
    try {
      while (page && total.pages * PAGE_SIZE < limit) {
        const current: Page = page
        const { report, next } = await one(() => ask(current))
        total = add(total, report)
        page = next === undefined ? undefined : { token: next }
      }
    } finally {
      busy(-1)
    }
    return total
  }

  return {
    event: (eventId: EventId): Promise<PullReport> => all(() => api.event(eventId, within), 1),

    async events(query: EventsQuery): Promise<PullReport> {
      if (query.myStatus) return all((page) => api.myRsvps(query.myStatus ?? [], page, within), query.limit)
      let total: PullReport = { applied: 0, stale: 0, quarantined: [], pages: 0 }
      // The API takes one status at a time.
      for (const status of query.status ?? [undefined]) {
        const filter = toFilter(query, status)
        const report = await all((page) => api.events(filter, page, within), query.limit)
        total = { ...add(total, report), pages: total.pages + report.pages }
      }
      return total
    },

    myRsvps: (status: readonly RsvpStatus[] = [], limit?: number): Promise<PullReport> =>
      all((page) => api.myRsvps(status, page, within), limit),

    attendees: (eventId: EventId, status: readonly RsvpStatus[] = [], limit?: number): Promise<PullReport> =>
      all((page) => api.attendees(eventId, status, page, within), limit),
  }
}

const add = (total: PullReport, report: MergeReport): PullReport => ({
  applied: total.applied + report.applied,
  stale: total.stale + report.stale,
  quarantined: [...total.quarantined, ...report.quarantined],
  pages: total.pages + 1,
})

function toFilter(query: EventsQuery, status: string | undefined): EventsFilter {
  const { from, to, tags, originId, originType, userId, type, orderBy } = query
  return {
    ...(originType !== undefined && { originType }),
    ...(originId !== undefined && { originId }),
    ...(userId !== undefined && { userId }),
    ...(status !== undefined && { status }),
    ...(type !== undefined && { type }),
    ...(tags !== undefined && { tags }),
    ...(from !== undefined && { startTimeGte: new Date(from).toISOString() }),
    ...(to !== undefined && { startTimeLte: new Date(to).toISOString() }),
    ...(orderBy.by !== 'startTime' && { sortBy: orderBy.by }),
    ...(orderBy.descending && { orderBy: 'desc' }),
  }
}

function pullError({ kind, failure }: Refusal): RsvpStoreError {
  switch (kind) {
    case 'unknown':
    case 'slow-down':
      return new RsvpStoreError('unreachable', failure.message, { failure })
    case 'signed-out':
      return new RsvpStoreError('signed-out', failure.message, { failure })
    case 'missing':
    case 'exists':
    case 'failed':
      return new RsvpStoreError('refused', failure.message, { failure })
  }
}

import { eventIdsIn } from '../model/bundle.ts'
import { RsvpStoreError } from '../model/errors.ts'
import type { EventId } from '../model/ids.ts'
import type { MergeReport, PullReport } from '../model/reports.ts'
import type { PullProgress } from '../model/status.ts'
import type { ClockPort } from '../ports.ts'
import { pullError } from '../remote/pull-error.ts'
import type { Page } from '../remote/remote.ts'
import type { Verdict } from '../remote/verdict.ts'
import { type Merge, totalOf } from '../storage/merge.ts'
import type { PulledStore } from '../storage/pulled.ts'
import type { Pullable, Question } from './pullable.ts'

/** The API's largest page. */
const PAGE_SIZE = 100

export interface PullParts {
  readonly clock: Pick<ClockPort, 'now'>
  readonly merge: Merge
  readonly pulled: PulledStore
  /** Hears each verdict before the pull goes on: a pause or a lost session concerns the whole user. */
  readonly heard: (verdict: Verdict) => Promise<void>
  /** A wait for the whole user is under way. */
  readonly paused: () => boolean
  /** How far the pulls under way are; `undefined` when there is none. */
  readonly tell: (progress: PullProgress | undefined) => void
}

/** What a pull that came to its end has brought. */
export interface PullResult {
  readonly report: PullReport
  readonly named: ReadonlySet<EventId>
  /** There is no more on the server. */
  readonly isWhole: boolean
}

/** What one pull has brought so far. */
interface Run {
  /** Where it is one event. */
  readonly asksFor: EventId | undefined
  readonly signal: AbortSignal | undefined
  readonly reports: MergeReport[]
  readonly eventIds: Set<EventId>
  rows: number
}

export type Pull = ReturnType<typeof createPull>

/** Fetches rows and merges them page by page. What has come before a pull fails, or is cancelled, stays. */
export function createPull({ clock, merge, pulled, heard, paused, tell }: PullParts) {
  const runs = new Set<Run>()

  function tellProgress(): void {
    const sum = (count: (run: Run) => number) => [...runs].reduce((total, run) => total + count(run), 0)
    const progress = () => ({
      pulls: runs.size,
      pages: sum(({ reports }) => reports.length),
      rows: sum(({ rows }) => rows),
    })
    tell(runs.size > 0 ? progress() : undefined)
  }

  /** Remembers how it went under this key, once it has come to its end. */
  async function run(
    { key, eventId }: Pullable,
    at: number,
    signal: AbortSignal | undefined,
    work: (run: Run) => Promise<readonly (string | null)[]>,
  ): Promise<PullResult> {
    const mine: Run = { asksFor: eventId, signal, reports: [], eventIds: new Set(), rows: 0 }
    runs.add(mine)
    tellProgress()
    try {
      const next = await work(mine)
      await pulled.write(key, { at, next, eventIds: [...mine.eventIds] })
      return {
        report: { ...totalOf(mine.reports), pages: mine.reports.length },
        named: mine.eventIds,
        isWhole: next.every((token) => token === null),
      }
    } finally {
      runs.delete(mine)
      tellProgress()
    }
  }

  /** Brings one page in; resolves with the token of the next. */
  async function turnPage(ask: Question, page: Page, mine: Run): Promise<string | null> {
    const { asksFor, signal, reports, eventIds } = mine
    if (signal?.aborted) throw cancelled()
    if (paused()) throw new RsvpStoreError('unreachable', 'Paused.')
    const answer = await ask(page, signal)
    if (signal?.aborted) throw cancelled() // unheard: a request that was given up says nothing of the network
    await heard(answer)
    if (answer.kind !== 'accepted') {
      // By a code of the API's own: a gateway that has lost its way says 404 too.
      if (asksFor && answer.kind === 'missing' && answer.failure.apiCode !== undefined)
        await merge.gone(asksFor, answer.asked)
      throw pullError(answer)
    }
    reports.push(await merge.mergeRaw(answer.raw, answer.asked))
    for (const eventId of eventIdsIn(answer.raw)) eventIds.add(eventId)
    mine.rows += answer.raw.events.length + answer.raw.responses.length
    tellProgress()
    return answer.next ?? null
  }

  /** Follows the pages of each question to their end, or until `limit` rows were asked for. */
  function all(what: Pullable, signal?: AbortSignal): Promise<PullResult> {
    return run(what, clock.now(), signal, async (mine) => {
      const { questions, limit = NO_LIMIT } = what
      const ends: (string | null)[] = []
      for (const ask of questions) {
        let token = await turnPage(ask, { limit: Math.min(limit, PAGE_SIZE) }, mine)
        for (let rows = PAGE_SIZE; token !== null && rows < limit; rows += PAGE_SIZE)
          token = await turnPage(ask, { token }, mine)
        ends.push(token)
      }
      return ends
    })
  }

  /** Goes on where the pull of a smaller list has stopped, by one page a question. */
  async function more(larger: Pullable, smallerKey: string, signal?: AbortSignal): Promise<PullResult> {
    // Until then the larger is as fresh as the smaller: who keeps it fresh need not ask for all of it at once.
    pulled.passOn(smallerKey, larger.key)
    const { at, next = [], eventIds = [] } = (await pulled.read(smallerKey)) ?? {}
    if (at === undefined) return all(larger, signal)
    const goOn = run(larger, at, signal, async (mine) => {
      for (const eventId of eventIds) mine.eventIds.add(eventId)
      const ends: (string | null)[] = []
      for (const [index, ask] of larger.questions.entries()) {
        const token = next[index] ?? null
        ends.push(token === null ? null : await turnPage(ask, { token }, mine))
      }
      return ends
    })
    // Tokens do not last for ever.
    return goOn.catch((error) => {
      if ((error as RsvpStoreError).code !== 'refused') throw error
      return all(larger, signal)
    })
  }

  return { all, more }
}

const NO_LIMIT = Number.POSITIVE_INFINITY

const cancelled = () => new RsvpStoreError('cancelled', 'The pull was cancelled.')

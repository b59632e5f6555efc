import type { RsvpStoreError } from '../model/errors.ts'
import type { EventId } from '../model/ids.ts'
import { type EventsQuery, eventKey } from '../model/queries.ts'
import type { PullReport } from '../model/reports.ts'
import type { ClockPort } from '../ports.ts'
import type { PulledStore } from '../storage/pulled.ts'
import type { Pull } from './pull.ts'
import type { Pullable } from './pullable.ts'

export interface ChangedParts {
  readonly pull: Pull
  readonly event: (eventId: EventId) => Pullable
  readonly pulled: PulledStore
  /** Events that a list should have named, and did not. */
  readonly unnamed: (query: EventsQuery, named: ReadonlySet<EventId>, isWhole: boolean) => Promise<EventId[]>
  readonly clock: Pick<ClockPort, 'now'>
}

/** An event that was asked for by itself is not asked for again so soon, unless something was missed. */
const AGAIN_MS = 5 * 60_000
/** After one list. */
const MOST = 20

/**
 * Pulls; and where it is a list of events, those too that it should have named and did not: they are live by now, or
 * cancelled, or gone, and no list says so.
 */
export function createBring({ pull, event, pulled, unnamed, clock }: ChangedParts) {
  /** `missedUntil`: until then, something may have happened unheard. */
  return async function bring(
    what: Pullable,
    signal?: AbortSignal,
    missedUntil = Number.NEGATIVE_INFINITY,
  ): Promise<PullReport> {
    const isDue = (eventId: EventId) =>
      pulled.askedAt(eventKey(eventId)) < Math.max(missedUntil, clock.now() - AGAIN_MS)
    const { report, named, isWhole } = await pull.all(what, signal)
    const changed = what.query ? await unnamed(what.query, named, isWhole) : []
    try {
      for (const eventId of changed.filter(isDue).slice(0, MOST))
        await pull.all(event(eventId), signal).catch(ifRefused)
    } catch {
      // The list is there; the next one asks again.
    }
    return report
  }
}

/** What the server refuses says nothing of the others. */
function ifRefused(error: RsvpStoreError): void {
  if (error.code !== 'refused') throw error
}

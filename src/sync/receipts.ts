import type { ResponseRow } from '../model/entities.ts'
import type { EventId } from '../model/ids.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Outbox, OutboxState } from '../storage/outbox.ts'
import { first } from '../storage/streams.ts'

/** Tells how answers ended, from the tables: in any tab, also after a reload. Nothing here ever rejects. */
export function createReceipts(
  { state$ }: Outbox,
  myResponse: (eventId: EventId) => Promise<ResponseRow | undefined>,
) {
  /** `after`: a state that was looked at already. */
  async function settled(entry: OutboxEntry, after?: OutboxState): Promise<Outcome> {
    const { eventId, answerId, status } = entry
    const state = await first(state$, (state) => {
      const now = state.entries.get(eventId)
      return state !== after && (now?.answerId !== answerId || now.state === 'failed')
    })
    const { entries, left } = state
    const now = entries.get(eventId)
    if (now?.answerId === answerId && now.failure) return { kind: 'failed', failure: now.failure }
    if (now) return { kind: 'superseded' }
    const kind = left?.get(eventId)
    if (kind) return { kind }
    // It left the outbox for the row it became, or something happened in another tab: the mirror knows.
    return myResponse(eventId).then(
      (response) => (response?.status === status ? { kind: 'accepted', response } : { kind: 'discarded' }),
      () => settled(entry, state), // the next change looks again
    )
  }

  return { settled }
}

import type { ResponseRow } from '../model/entities.ts'
import type { EventId } from '../model/ids.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { Outcome } from '../model/outcome.ts'
import type { Outbox } from '../storage/outbox.ts'

interface Waiting {
  readonly entry: OutboxEntry
  readonly resolve: (outcome: Outcome) => void
}

/** Tells how answers ended, from the tables: in any tab, also after a reload. Nothing here ever rejects. */
export function createReceipts(
  { state$ }: Outbox,
  myResponse: (eventId: EventId) => Promise<ResponseRow | undefined>,
) {
  const waiting = new Set<Waiting>()

  function look(): void {
    const { entries, left } = state$.value
    for (const item of waiting) {
      const { eventId, answerId, status } = item.entry
      const now = entries.get(eventId)
      const finish = (outcome: Outcome) => {
        waiting.delete(item)
        item.resolve(outcome)
      }
      if (now && now.answerId !== answerId) finish({ kind: 'superseded' })
      else if (now?.state === 'failed' && now.failure) finish({ kind: 'failed', failure: now.failure })
      else if (!now && left?.eventId === eventId) finish({ kind: left.kind })
      else if (!now) {
        waiting.delete(item)
        // It left the outbox for the row it became, or something happened in another tab: the mirror knows.
        myResponse(eventId).then(
          (response) =>
            finish(response?.status === status ? { kind: 'accepted', response } : { kind: 'discarded' }),
          () => waiting.add(item), // the next change looks again
        )
      }
    }
  }

  function settled(entry: OutboxEntry): Promise<Outcome> {
    return new Promise((resolve) => {
      waiting.add({ entry, resolve })
      look()
    })
  }

  return { start: () => state$.subscribe(look), settled }
}

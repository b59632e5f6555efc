import type { Subscription } from 'rxjs'
import type { ResponseRow } from '../model/entities.ts'
import type { Failure } from '../model/failure.ts'
import type { EventId } from '../model/ids.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { Outbox, OutboxState } from '../storage/outbox.ts'

/** How an answer ended. */
export type Outcome =
  | { readonly kind: 'accepted'; readonly response: ResponseRow }
  /** A newer answer of mine took its place before it was accepted. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'discarded' }
  | { readonly kind: 'failed'; readonly failure: Failure }

interface Waiting {
  readonly entry: Pick<OutboxEntry, 'eventId' | 'answerId' | 'status'>
  readonly resolve: (outcome: Outcome) => void
}

export type Receipts = ReturnType<typeof createReceipts>

/** Tells how answers ended, from the tables: in any tab, also after a reload. Nothing here ever rejects. */
export function createReceipts(
  outbox: Outbox,
  myResponse: (eventId: EventId) => Promise<ResponseRow | undefined>,
) {
  const waiting = new Set<Waiting>()

  function start(): Subscription {
    return outbox.state$.subscribe((state) => {
      for (const item of waiting) look(item, state)
    })
  }

  function look(item: Waiting, { entries }: OutboxState): void {
    const { eventId, answerId } = item.entry
    const now = entries.get(eventId)
    if (!now) gone(item)
    else if (now.answerId !== answerId) finish(item, { kind: 'superseded' })
    else if (now.state === 'failed' && now.failure) finish(item, { kind: 'failed', failure: now.failure })
  }

  function finish(item: Waiting, outcome: Outcome): void {
    waiting.delete(item)
    item.resolve(outcome)
  }

  /** The entry left the outbox: for the row it became, for a newer one that was faster, or by the user's hand. */
  function gone(item: Waiting): void {
    waiting.delete(item)
    const { eventId, status } = item.entry
    myResponse(eventId).then(
      (response) => item.resolve(response?.status === status ? { kind: 'accepted', response } : { kind: 'discarded' }),
      () => waiting.add(item), // the next change looks again
    )
  }

  function settled(entry: Waiting['entry']): Promise<Outcome> {
    return new Promise((resolve) => {
      const item = { entry, resolve }
      waiting.add(item)
      look(item, outbox.state$.value)
    })
  }

  /** Ends the receipts of an event whose entry this tab took out itself. */
  function end(eventId: EventId, outcome: Outcome, except?: string): void {
    for (const item of waiting)
      if (item.entry.eventId === eventId && item.entry.answerId !== except) finish(item, outcome)
  }

  return { start, settled, end }
}

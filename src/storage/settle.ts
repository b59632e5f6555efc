import { answerIn, type RawBundle, readBundle } from '../model/bundle.ts'
import type { UserId } from '../model/ids.ts'
import { settled } from '../model/outbox-entry.ts'
import type { ClockPort } from '../ports.ts'
import type { RsvpDatabase } from './database.ts'
import { putRows } from './mirror.ts'
import type { Claim, Outbox } from './outbox.ts'
import { together } from './together.ts'

export type Settle = ReturnType<typeof createSettle>

/** The server has taken what was claimed. */
interface Accepted {
  readonly claim: Claim
  readonly raw: RawBundle
  /** `readAsOf` when it was sent. */
  readonly asked: number
}

/**
 * Swaps entries for the rows they became, in one transaction: no observer sees one without the other.
 * Replies that come while one is being written are written together.
 */
export function createSettle(db: RsvpDatabase, outbox: Outbox, clock: ClockPort, userId: UserId) {
  return together(async (replies: readonly Accepted[]) => {
    const rows = replies.map(({ raw, asked }) => ({ rows: readBundle(raw).rows, asked }))
    await outbox.change(
      replies.map(({ claim }) => claim.row.eventId),
      (row, index) => {
        const { claim, raw } = replies[index] as Accepted
        const { eventId, status, lease } = claim.row
        const server = answerIn(raw, eventId, userId)?.status ?? status
        // Taken over meanwhile: the rows are true all the same.
        const after = row?.lease?.id === lease.id ? settled(row, server, clock.now()) : row
        return { after, leaving: server === status ? undefined : ('superseded' as const) }
      },
      { tables: db.tables, run: (tables) => putRows(tables, rows, clock.now()) },
    )
  })
}

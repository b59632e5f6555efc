import { answerIn, type RawBundle, readBundle } from '../model/bundle.ts'
import type { UserId } from '../model/ids.ts'
import { settled } from '../model/outbox-entry.ts'
import type { ClockPort } from '../ports.ts'
import type { RsvpDatabase } from './database.ts'
import { putRows } from './mirror.ts'
import type { Claim, Outbox } from './outbox.ts'

export type Settle = ReturnType<typeof createSettle>

/** Swaps an entry for the rows it became, in one transaction: no observer sees one without the other. */
export function createSettle(db: RsvpDatabase, outbox: Outbox, clock: ClockPort, userId: UserId) {
  return async ({ row: { eventId, status, lease } }: Claim, raw: RawBundle, asked: number): Promise<void> => {
    const { rows } = readBundle(raw)
    const server = answerIn(raw, eventId, userId)?.status ?? status
    await outbox.change(eventId, db.tables, async (row, tables) => {
      await putRows(tables, rows, clock.now(), asked)
      // Taken over meanwhile: the rows are true all the same.
      const after = row?.lease?.id === lease.id ? settled(row, server, clock.now()) : row
      return { after, leaving: server === status ? undefined : ('superseded' as const) }
    })
  }
}

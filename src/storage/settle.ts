import type { RawBundle } from '../model/bundle.ts'
import type { UserId } from '../model/ids.ts'
import { settled } from '../model/outbox-entry.ts'
import type { ClockPort } from '../ports.ts'
import type { RsvpDatabase } from './database.ts'
import type { Live } from './live.ts'
import { readBundle } from './merge.ts'
import { putRows } from './mirror.ts'
import type { Claim, Outbox } from './outbox.ts'

export type Settle = ReturnType<typeof createSettle>

/** Swaps an entry for the rows it became, in one transaction: no observer sees one without the other. */
export function createSettle(db: RsvpDatabase, live: Live, outbox: Outbox, clock: ClockPort, userId: UserId) {
  return async function settle({ entry: { eventId }, leaseId }: Claim, raw: RawBundle, asked: number): Promise<void> {
    const { rows } = readBundle(raw)
    const server = rows.responses.find((row) => row.eventId === eventId && row.userId === userId)
    let at = 0
    const left = await live.write(
      [db.events, db.responses, db.users, db.files, db.meta, db.outbox],
      async (turn) => {
        at = turn
        await putRows(db, rows, { asked, now: clock.now() })
        const entry = await db.outbox.get(eventId)
        if (entry?.lease?.id !== leaseId) return entry // taken over or discarded: the rows are true all the same
        const next = settled(entry, server?.status ?? entry.lease.status, clock.now())
        if (next) await db.outbox.put(next)
        else await db.outbox.delete(eventId)
        return next
      },
    )
    outbox.patch(at, eventId, left)
  }
}

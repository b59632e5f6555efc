import type { Ports } from '../ports.ts'
import type { Outbox } from '../storage/outbox.ts'
import { first } from '../storage/streams.ts'
import { isAlive } from './life.ts'

/** The dead tab's request may still be under way: it must not arrive after a newer answer. */
const GRACE_MS = 3_000

/**
 * A tab that died with a request on its way leaves a lease behind: whoever starts next need not wait for its end,
 * only a moment for the request's.
 * A frozen tab keeps its locks, so its lease stands.
 */
export async function freeOrphans(
  outbox: Outbox,
  { clock, locks }: Pick<Ports, 'clock' | 'locks'>,
  isMine: (eventId: string) => boolean,
): Promise<void> {
  const { rows } = await first(outbox.state$, ({ loaded }) => loaded)
  for (const row of rows.values()) {
    const { lease, eventId, floor } = row
    if (!lease || isMine(eventId) || (await isAlive(locks, lease.id))) continue
    await outbox.giveBack(
      { row: { ...row, lease } },
      {
        notBefore: Math.max(floor, clock.now() + GRACE_MS),
        floor,
        unheard: true,
        isLost: true,
        failure: { kind: 'no-reply', message: 'no-reply' },
        counts: false,
      },
    )
  }
}

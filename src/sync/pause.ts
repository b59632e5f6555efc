import { credible } from '../model/moment.ts'
import type { Ports } from '../ports.ts'
import type { Outbox } from '../storage/outbox.ts'
import { type Backoff, backoffMs } from './backoff.ts'

/** What a reply was, as far as it concerns the whole user. */
export interface Heard {
  readonly kind: string
  readonly retryAfterMs?: number | undefined
}

/** One wait for the whole user, in every tab; over as soon as the API takes a request. */
export function createPause(
  outbox: Outbox,
  { clock, random }: Pick<Ports, 'clock' | 'random'>,
  backoff: Backoff,
) {
  const current = () => outbox.state$.value.pause
  const end = () => outbox.changePause(() => undefined)

  return {
    end,
    reason: () => current()?.reason,
    /** Nothing goes before this moment. */
    until: (now: number) => credible(current()?.until ?? 0, now),
    /** Hears each reply, and begins or ends the wait. */
    async heard({ kind, retryAfterMs = 0 }: Heard): Promise<void> {
      if (kind === 'accepted' && current()) await end()
      if (kind !== 'slow-down' && kind !== 'signed-out') return
      await outbox.changePause((last) => {
        const now = clock.now()
        if (last?.reason === kind && credible(last.until, now) > now) return last // several replies, one pause
        const times = last?.reason === kind ? last.times : 0
        return {
          key: 'pause',
          reason: kind,
          until: now + backoffMs(times, backoff, random, retryAfterMs),
          times: times + 1,
        }
      })
    },
  }
}

import type { Ports } from '../ports.ts'
import type { Claim, Outbox } from '../storage/outbox.ts'
import { createLife } from './life.ts'
import type { Schedule } from './schedule.ts'
import type { Work, Works } from './works.ts'

export interface ClaimsParts {
  readonly ports: Pick<Ports, 'clock' | 'connectivity' | 'locks'>
  readonly outbox: Outbox
  readonly works: Works
  readonly schedule: Schedule
  /** While offline, so long after one entry that tried all the same. */
  readonly probeMs: number
  readonly stopped: () => boolean
  /** Something may be due again. */
  readonly poke: () => void
  /** Tells this tab's leases from those of others. */
  readonly tabId: string
}

/** A row that was taken for sending. */
export interface Taken {
  readonly claim: Claim
  readonly work: Work
}

/** How long a device that refused a claim is left alone. */
const REST_MS = 5_000

/** Takes what is due for this tab, all at once. */
export function createClaims({ ports, outbox, works, schedule, probeMs, stopped, poke, tabId }: ClaimsParts) {
  const { clock, connectivity, locks } = ports
  const life = createLife(locks, tabId)
  let leases = 0

  function begin(eventId: string): Work {
    leases += 1
    const mine = life.begin()
    return works.begin(eventId, `${mine.name}.${leases}`, mine)
  }

  async function take(): Promise<readonly Taken[]> {
    const begun = schedule.due().map(({ eventId }) => begin(eventId))
    if (begun.length === 0) return []
    // Both before the claim: a store that closes waits for it, and a tab that starts sees that somebody lives.
    await Promise.all(begun.map(({ locked }) => locked))
    const claims = stopped() ? [] : await claim(begun)
    const taken: Taken[] = []
    for (const [index, work] of begun.entries()) {
      const claim = claims[index]
      if (!claim) works.done(work)
      else {
        work.step = 'request'
        taken.push({ claim, work })
      }
    }
    if (taken.length < begun.length) poke() // what was not taken is waited for anew
    if (taken.length > 0 && !connectivity.online()) schedule.hold(clock.now() + probeMs)
    return taken
  }

  async function claim(begun: readonly Work[]): Promise<readonly (Claim | undefined)[]> {
    try {
      const claims = await outbox.claim(begun, clock, works)
      works.claimed(true)
      return claims
    } catch {
      works.claimed(false)
      schedule.hold(clock.now() + REST_MS) // what a failing device pokes must not become a hot loop
      return []
    }
  }

  return { take, giveUp: life.renew }
}

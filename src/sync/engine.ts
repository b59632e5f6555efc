import { distinctUntilChanged, map, mergeMap, Subject, Subscription, switchMap } from 'rxjs'
import { credible, dueAt, type OutboxRow } from '../model/outbox-entry.ts'
import type { StallReason } from '../model/status.ts'
import type { Ports } from '../ports.ts'
import type { TimeLeft } from '../remote/http.ts'
import type { Claim, Outbox } from '../storage/outbox.ts'
import type { Settle } from '../storage/settle.ts'
import { anyOf$, at$, first } from '../storage/streams.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { freeOrphans, hold } from './orphans.ts'
import type { Pace } from './pace.ts'
import { createPause } from './pause.ts'
import type { Delivery } from './push.ts'
import { createWorks, type Work } from './works.ts'

export interface EngineParts {
  readonly ports: Pick<Ports, 'clock' | 'random' | 'connectivity' | 'lifecycle' | 'locks'>
  readonly outbox: Outbox
  readonly settle: Settle
  readonly pace: Pace
  readonly deliver: (claim: Claim, timeLeft: TimeLeft) => Promise<Delivery>
  /** False while the last request was not answered: then one probe at a time. */
  readonly reached: () => boolean
  readonly options: { readonly concurrency: number; readonly timeoutMs: number; readonly backoff: Backoff }
  /** Tells this tab's leases from those of others. */
  readonly tabId: string
}

/** `online: false` can be a lie for life: while offline, one entry may try this often all the same. */
const PROBE_MS = 60_000
/** How long something due may lie before it is looked at again, whatever was to poke. */
const RELOOK_MS = 30_000
/** How long a device that refused a claim is left alone. */
const REST_MS = 5_000

/**
 * Moves entries out of the outbox:
 *
 *     pokes (outbox changed · network · page visible · alarm · a slot came free · sync())
 *       → claim what is due, one claim at a time
 *       → deliver, several events at once, one event never twice
 *       → settle, wait, or refuse; each pokes again
 *
 * Streams carry pokes, tables carry truth: every step re-reads its entry, so a lost or doubled poke changes nothing.
 */
export function createEngine({ ports, outbox, settle, pace, deliver, reached, options, tabId }: EngineParts) {
  const { clock, random, connectivity, lifecycle, locks } = ports
  const { concurrency, timeoutMs, backoff } = options
  const works = createWorks(clock, timeoutMs)
  const pause = createPause(outbox, ports, backoff)
  const running = new Subscription()
  const poke$ = new Subject<void>()
  const pokes$ = anyOf$(outbox.state$, poke$)
  const poke = () => poke$.next()
  let pushing = new Subscription()
  let stopped = false
  let leases = 0
  let wasOnline = connectivity.online()
  /** No push before this moment in this tab: after a reconnect, or between probes while offline. */
  let holdUntil = wasOnline ? 0 : clock.now() + PROBE_MS

  function start(): Subscription {
    const alarm$ = pokes$.pipe(
      map(nextMoment),
      distinctUntilChanged(),
      switchMap((moment) => at$(clock, moment)), // only the latest plan counts
    )
    startPushing()
    running.add(() => pushing.unsubscribe())
    running.add(alarm$.subscribe(restartIfStalled))
    for (const stop of [connectivity.watch(networkChanged), lifecycle.watch(poke)]) running.add(stop)
    freeOrphans(outbox, ports, works.has).catch(() => undefined)
    return running
  }

  function startPushing(): void {
    const pushed$ = pokes$.pipe(
      mergeMap(claimDue, 1), // one at a time, so that free slots are counted right
      mergeMap(push), // no limit here: only as much is claimed as there are slots
    )
    pushing = pushed$.subscribe({ next: poke, error: () => restart('engine') })
  }

  function restart(why: StallReason): void {
    pushing.unsubscribe()
    works.giveUp(why)
    startPushing()
  }

  async function restartIfStalled(): Promise<void> {
    poke()
    await clock.pause() // a page that slept gets its replies first
    const why = works.stuckOn()
    if (why && !stopped) restart(why)
  }

  /** Ends once what is on its way was put back, so that the next session need not wait for a lease to end. */
  async function stop(): Promise<void> {
    stopped = true
    await first(works.state$, works.canStop)
    running.unsubscribe()
  }

  /** Before this moment nothing goes: a pause, a network just back, or the published rate limit. */
  function gate(now: number): number {
    const held = credible(holdUntil, now, Math.max(PROBE_MS, backoff.baseMs))
    return Math.max(held, pause.until(now), pace.freeAt(now, works.count()))
  }

  /** Rows that only a moment keeps from going, soonest first. */
  function waiting(now: number): { readonly row: OutboxRow; readonly at: number }[] {
    return (
      [...outbox.state$.value.rows.values()]
        // After the clock was set back a lease is not credible, but this tab knows what it is sending.
        .filter(({ eventId, state }) => state !== 'failed' && !works.has(eventId))
        .map((row) => ({ row, at: dueAt(row, now, works.leaseEnd(row.lease)) }))
        .sort((a, b) => a.at - b.at)
    )
  }

  async function* claimDue(): AsyncGenerator<{ readonly claim: Claim; readonly work: Work }> {
    const now = clock.now()
    if (stopped || !outbox.state$.value.loaded || lifecycle.state() === 'frozen') return
    const most = connectivity.online() && reached() ? concurrency : 1
    for (const { row, at } of waiting(now)) {
      if (at > now || works.count() >= most || gate(now) > now) break
      leases += 1
      // Both before the claim: a store that closes waits for it, and a tab that starts sees that somebody lives.
      const work = works.begin(row.eventId, `${tabId}-${leases}`)
      work.release = await hold(locks, work.leaseId)
      work.step = 'storage'
      const claim = stopped ? undefined : await takeClaim(work)
      if (!claim) works.done(work)
      else {
        if (!connectivity.online()) holdUntil = now + PROBE_MS
        work.step = 'request'
        yield { claim, work }
      }
    }
  }

  async function takeClaim({ eventId, leaseId }: Work): Promise<Claim | undefined> {
    const now = clock.now() // not before the work began: no lease may end before its request does
    try {
      const claim = await outbox.claim(eventId, leaseId, now, now + works.leaseMs, works.leaseEnd)
      works.claimed(true)
      return claim
    } catch {
      works.claimed(false)
      holdUntil = now + REST_MS // what a failing device pokes must not become a hot loop
      return undefined
    }
  }

  /** The soonest moment in the future at which something may go, or should have gone. */
  function nextMoment(): number {
    const now = clock.now()
    const moments = waiting(now).map(({ at }) => Math.max(at, gate(now)))
    const stalls = works.stallsIn().filter((ms) => ms > 0)
    // What is due and did not go is looked at again: no lost poke may leave an answer lying.
    return Math.min(
      ...moments.map((moment) => (moment > now ? moment : now + RELOOK_MS)),
      ...stalls.map((ms) => now + ms),
    )
  }

  /** Other tabs go by the time of day: a clock that is set on shortens our lease, or gives it away. */
  function timeLeft({ row: { eventId, lease } }: Claim, { until }: Work): number {
    const isOurs = outbox.state$.value.rows.get(eventId)?.lease?.id === lease.id
    return isOurs ? Math.min(until - clock.elapsed(), lease.until - clock.now()) : 0
  }

  async function push({ claim, work }: { readonly claim: Claim; readonly work: Work }): Promise<void> {
    try {
      const delivery = await deliver(claim, () => timeLeft(claim, work))
      work.step = 'storage'
      await conclude(claim, delivery)
      works.wentWell()
    } catch {
      // The device failed us, not the server: the lease runs out and the entry is read back then.
    }
    works.done(work)
  }

  async function conclude(claim: Claim, delivery: Delivery): Promise<void> {
    const now = clock.now()
    if (delivery.kind === 'accepted') await settle(claim, delivery.raw, delivery.asked)
    await pause.heard(delivery)
    if (delivery.kind === 'failed') await outbox.refuse(claim, { ...delivery, now })
    else if (delivery.kind !== 'accepted') {
      const { kind, failure, unheard, isLost = false, retryAfterMs = 0 } = delivery
      const counts = kind === 'unknown'
      const wait = counts ? backoffMs(claim.row.failures, backoff, random, retryAfterMs) : 0
      const floor = counts ? now + retryAfterMs : now
      await outbox.giveBack(claim, { notBefore: now + wait, floor, unheard, isLost, failure, counts })
    }
  }

  const hasten = (moment: number) => void outbox.hasten(moment).catch(() => undefined)

  function networkChanged(): void {
    const online = connectivity.online()
    if (online !== wasOnline) {
      wasOnline = online
      // A fleet that comes back together must not knock together.
      holdUntil = clock.now() + (online ? random() * backoff.baseMs : PROBE_MS)
      if (online) hasten(holdUntil)
    }
    poke()
  }

  /** Somebody wants it sent now: ends the waits that are ours, and the one for a token, but none that the server set. */
  function sync(): void {
    hasten(clock.now())
    if (pause.reason() === 'signed-out') pause.end().catch(() => undefined)
    poke()
  }

  return { start, stop, sync, heard: pause.heard, gate, state$: works.state$ }
}

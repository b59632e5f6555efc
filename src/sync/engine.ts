import {
  BehaviorSubject,
  concatMap,
  distinctUntilChanged,
  EMPTY,
  map,
  merge,
  mergeMap,
  Subject,
  Subscription,
  switchMap,
} from 'rxjs'
import { credible, dueAt, type OutboxEntry } from '../model/outbox-entry.ts'
import type { Ports } from '../ports.ts'
import { at$, first } from '../storage/live.ts'
import type { Claim, Outbox } from '../storage/outbox.ts'
import type { Settle } from '../storage/settle.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { freeOrphans, hold } from './orphans.ts'
import type { Pace } from './pace.ts'
import type { Delivery } from './push.ts'

export interface EngineParts {
  readonly ports: Pick<Ports, 'clock' | 'random' | 'connectivity' | 'lifecycle' | 'locks'>
  readonly outbox: Outbox
  readonly settle: Settle
  readonly pace: Pace
  readonly deliver: (claim: Claim) => Promise<Delivery>
  /** False while the last request was not answered: then one probe at a time. */
  readonly reached: () => boolean
  readonly options: { readonly concurrency: number; readonly timeoutMs: number; readonly backoff: Backoff }
  /** Tells this tab's leases from those of others. */
  readonly tabId: string
}

/** A claim, and what ends the lock that says that its tab lives. */
type Held = Claim & { readonly release: () => void }

/** `online: false` can be a lie for life: while offline, one entry may try this often all the same. */
const PROBE_MS = 60_000
/** How long something due may lie before it is looked at again, whatever was to poke. */
const RELOOK_MS = 30_000
/** A lease outlives the request by this much; a dead tab holds its entry no longer. */
const LEASE_MARGIN_MS = 10_000

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
  const sending$ = new BehaviorSubject<readonly string[]>([])
  const running = new Subscription()
  const poke$ = new Subject<void>()
  const pokes$ = merge(outbox.state$, poke$)
  const poke = () => poke$.next()
  let stopped = false
  let leases = 0
  let wasOnline = connectivity.online()
  /** No push before this moment in this tab: after a reconnect, or between probes while offline. */
  let holdUntil = wasOnline ? 0 : clock.now() + PROBE_MS

  function start(): Subscription {
    const pushed$ = pokes$.pipe(
      concatMap(claimDue), // one at a time, so that free slots are counted right
      mergeMap(push), // no limit here: only as much is claimed as there are slots
    )
    const alarm$ = pokes$.pipe(
      map(nextMoment),
      distinctUntilChanged(),
      switchMap((moment) => (Number.isFinite(moment) ? at$(clock, moment) : EMPTY)), // only the latest plan counts
    )
    for (const stream$ of [pushed$, alarm$]) running.add(stream$.subscribe(poke))
    running.add(connectivity.watch(networkChanged))
    running.add(lifecycle.watch(poke))
    freeOrphans(outbox, ports, (eventId) => sending$.value.includes(eventId)).catch(() => undefined)
    return running
  }

  /** Ends once what is on its way was put back, so that the next session need not wait for a lease to end. */
  async function stop(): Promise<void> {
    stopped = true
    await first(sending$, ({ length }) => length === 0)
    running.unsubscribe()
  }

  /** Before this moment nothing goes: a pause, a network just back, or the published rate limit. */
  function gate(now: number): number {
    const holds = [holdUntil, outbox.state$.value.pause?.until ?? 0].map((moment) => credible(moment, now))
    return Math.max(...holds, pace.freeAt(now, sending$.value.length))
  }

  /** Entries that only a moment keeps from going, soonest first. */
  function waiting(now: number): { readonly entry: OutboxEntry; readonly at: number }[] {
    return (
      [...outbox.state$.value.entries.values()]
        // After the clock was set back a lease is not credible, but this tab knows what it is sending.
        .filter(({ eventId, state }) => state !== 'failed' && !sending$.value.includes(eventId))
        .map((entry) => ({ entry, at: dueAt(entry, now) }))
        .sort((a, b) => a.at - b.at)
    )
  }

  async function* claimDue(): AsyncGenerator<Held> {
    const now = clock.now()
    if (stopped || !outbox.state$.value.loaded || lifecycle.state() === 'frozen') return
    const most = connectivity.online() && reached() ? concurrency : 1
    for (const { entry, at } of waiting(now)) {
      if (at > now || sending$.value.length >= most || gate(now) > now) break
      const { eventId } = entry
      const until = now + timeoutMs + LEASE_MARGIN_MS
      leases += 1
      const leaseId = `${tabId}-${leases}`
      // Both before the claim: a store that closes waits for it, and a tab that starts sees that somebody lives.
      sending$.next([...sending$.value, eventId])
      const release = await hold(locks, leaseId)
      const claim = await outbox.claim(eventId, leaseId, now, until).catch(() => undefined)
      if (!claim) sent(eventId, release)
      else {
        if (!connectivity.online()) holdUntil = now + PROBE_MS
        yield { ...claim, release }
      }
    }
  }

  /** The soonest moment in the future at which something may go. */
  function nextMoment(): number {
    const now = clock.now()
    const moments = waiting(now).map(({ at }) => Math.max(at, gate(now)))
    // What is due and did not go is looked at again: no lost poke may leave an answer lying.
    return Math.min(...moments.map((moment) => (moment > now ? moment : now + RELOOK_MS)))
  }

  async function push(claim: Held): Promise<void> {
    try {
      await conclude(claim, await deliver(claim))
    } catch {
      // The device failed us, not the server: the lease runs out and the entry is read back then.
    }
    sent(claim.entry.eventId, claim.release)
  }

  function sent(eventId: string, release: () => void): void {
    release()
    sending$.next(sending$.value.filter((other) => other !== eventId))
  }

  async function conclude(claim: Claim, delivery: Delivery): Promise<void> {
    const now = clock.now()
    if (delivery.kind === 'accepted') await settle(claim, delivery.raw, delivery.asked)
    await heard(delivery)
    if (delivery.kind === 'failed') await outbox.refuse(claim, { ...delivery, now })
    else if (delivery.kind !== 'accepted') {
      const { kind, failure, unheard, retryAfterMs = 0 } = delivery
      const counts = kind === 'unknown'
      const wait = counts ? backoffMs(claim.entry.failures, backoff, random, retryAfterMs) : 0
      const floor = counts ? now + retryAfterMs : now
      await outbox.giveBack(claim, { notBefore: now + wait, floor, unheard, failure, counts })
    }
  }

  const resume = () => outbox.changePause(() => undefined)

  /** One wait for the whole user, in every tab; over as soon as the API takes a request. */
  async function heard({
    kind,
    retryAfterMs = 0,
  }: {
    readonly kind: string
    readonly retryAfterMs?: number | undefined
  }) {
    if (kind === 'accepted' && outbox.state$.value.pause) await resume()
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
    if (outbox.state$.value.pause?.reason === 'signed-out') resume().catch(() => undefined)
    poke()
  }

  return { start, stop, sync, heard, gate, sending$ }
}

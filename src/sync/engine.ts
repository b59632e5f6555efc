import {
  BehaviorSubject,
  concatMap,
  distinctUntilChanged,
  EMPTY,
  filter,
  firstValueFrom,
  from,
  map,
  merge,
  mergeMap,
  type Observable,
  Subject,
  type Subscription,
  switchMap,
  tap,
} from 'rxjs'
import { dueAt, type OutboxEntry } from '../model/outbox-entry.ts'
import type { Ports } from '../ports.ts'
import { at$ } from '../storage/live.ts'
import type { Claim, Outbox } from '../storage/outbox.ts'
import type { Settle } from '../storage/settle.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import type { Delivery } from './push.ts'

export interface EngineParts {
  readonly ports: Pick<Ports, 'clock' | 'random' | 'connectivity' | 'lifecycle'>
  readonly outbox: Outbox
  readonly settle: Settle
  readonly deliver: (claim: Claim, signal: AbortSignal) => Promise<Delivery>
  /** False while the last request was not answered: then one probe at a time. */
  readonly reached: () => boolean
  readonly options: { readonly concurrency: number; readonly timeoutMs: number; readonly backoff: Backoff }
  /** Tells this tab's leases from those of others. */
  readonly tabId: string
}

/** `online: false` can be a lie for life: while offline, one entry may try this often all the same. */
const PROBE_MS = 60_000
/** A lease outlives the request by this much; a dead tab holds its entry no longer. */
const LEASE_MARGIN_MS = 10_000

export type Engine = ReturnType<typeof createEngine>

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
export function createEngine({ ports, outbox, settle, deliver, reached, options, tabId }: EngineParts) {
  const { clock, random, connectivity, lifecycle } = ports
  const sending$ = new BehaviorSubject<ReadonlySet<string>>(new Set())
  const poke$ = new Subject<void>()
  const abort = new AbortController()
  let leases = 0
  let wasOnline = connectivity.online()
  /** No push before this moment in this tab: after a reconnect, or between probes while offline. */
  let holdUntil = wasOnline ? 0 : clock.now() + PROBE_MS

  function start(): Subscription {
    const running = pushed$().subscribe()
    running.add(alarm$().subscribe(() => poke$.next()))
    running.add(connectivity.watch(networkChanged))
    running.add(lifecycle.watch(() => poke$.next()))
    return running
  }

  /** Gives up what is on its way and puts it back, so that the next session need not wait for a lease to end. */
  async function stop(running: Subscription): Promise<void> {
    abort.abort()
    await firstValueFrom(sending$.pipe(filter(({ size }) => size === 0)))
    running.unsubscribe()
  }

  function pushed$(): Observable<void> {
    const claims$ = merge(outbox.state$, poke$).pipe(
      concatMap(() => claimDue()), // one at a time, so that free slots are counted right
      mergeMap((claims) => from(claims)),
    )
    return claims$.pipe(
      mergeMap((claim) => push(claim)), // no limit here: only as much is claimed as there are slots
      tap(() => poke$.next()),
    )
  }

  /** Emits when something that waits for a moment may go. */
  function alarm$(): Observable<void> {
    return merge(outbox.state$, poke$).pipe(
      map(nextMoment),
      distinctUntilChanged(),
      switchMap((moment) => (moment === undefined ? EMPTY : at$(clock, moment))), // only the latest plan counts
    )
  }

  function isOpen(): boolean {
    const { loaded, pause } = outbox.state$.value
    const now = clock.now()
    return loaded && lifecycle.state() !== 'frozen' && now >= holdUntil && now >= (pause?.until ?? 0)
  }

  function slots(): number {
    const most = connectivity.online() && reached() ? options.concurrency : 1
    return most - sending$.value.size
  }

  function waiting(): OutboxEntry[] {
    return [...outbox.state$.value.entries.values()].filter((entry) => !sending$.value.has(entry.eventId))
  }

  async function claimDue(): Promise<Claim[]> {
    const claims: Claim[] = []
    if (!isOpen() || abort.signal.aborted) return claims
    const now = clock.now()
    const due = waiting()
      .map((entry) => ({ entry, at: dueAt(entry, now) ?? Number.POSITIVE_INFINITY }))
      .filter(({ at }) => at <= now)
      .sort((a, b) => a.at - b.at)
    for (const { entry } of due.slice(0, Math.max(0, slots()))) {
      leases += 1
      const until = now + options.timeoutMs + LEASE_MARGIN_MS
      const claim = await outbox.claim(entry.eventId, `${tabId}-${leases}`, now, until).catch(() => undefined)
      if (!claim) continue
      sending$.next(new Set([...sending$.value, entry.eventId]))
      claims.push(claim)
    }
    if (claims.length > 0 && !connectivity.online()) holdUntil = now + PROBE_MS
    return claims
  }

  /** The soonest moment in the future at which something may go. */
  function nextMoment(): number | undefined {
    const now = clock.now()
    const gate = Math.max(holdUntil, outbox.state$.value.pause?.until ?? 0)
    const moments = waiting().flatMap((entry) => dueAt(entry, now) ?? [])
    const next = Math.min(...moments.map((moment) => Math.max(moment, gate)).filter((moment) => moment > now))
    return Number.isFinite(next) ? next : undefined
  }

  async function push(claim: Claim): Promise<void> {
    try {
      await conclude(claim, await deliver(claim, abort.signal))
    } catch {
      // The device failed us, not the server: the lease runs out and the entry is read back then.
    } finally {
      sending$.next(new Set([...sending$.value].filter((eventId) => eventId !== claim.entry.eventId)))
    }
  }

  async function conclude(claim: Claim, delivery: Delivery): Promise<void> {
    const now = clock.now()
    switch (delivery.kind) {
      case 'accepted':
        await settle(claim, delivery.raw, delivery.asked)
        return resume()
      case 'failed':
        await outbox.refuse(claim, { ...delivery, now })
        return
      case 'unknown': {
        const { failure, unheard, retryAfterMs = 0 } = delivery
        const notBefore = now + backoffMs(claim.entry.failures, options.backoff, random, retryAfterMs)
        await outbox.giveBack(claim, { notBefore, floor: now + retryAfterMs, unheard, failure, counts: true })
        return
      }
      case 'slow-down':
      case 'signed-out': {
        const { failure, unheard } = delivery
        await pause(delivery.kind, delivery.retryAfterMs)
        await outbox.giveBack(claim, { notBefore: now, unheard, failure, counts: false })
      }
    }
  }

  /** One wait for the whole user, in every tab. */
  async function pause(reason: 'slow-down' | 'signed-out', retryAfterMs = 0): Promise<void> {
    const now = clock.now()
    const last = outbox.state$.value.pause
    const times = last?.reason === reason ? last.times : 0
    if (last && last.reason === reason && last.until > now) return // several replies, one pause
    const until = now + backoffMs(times, options.backoff, random, retryAfterMs)
    await outbox.setPause({ reason, until, times: times + 1 })
  }

  /** The API took a request of this user's: whatever it asked us to wait for is over. */
  async function resume(): Promise<void> {
    if (outbox.state$.value.pause) await outbox.setPause(undefined)
  }

  function networkChanged(): void {
    const online = connectivity.online()
    if (online === wasOnline) return poke$.next()
    wasOnline = online
    const now = clock.now()
    // A fleet that comes back together must not knock together.
    holdUntil = online ? now + random() * options.backoff.baseMs : now + PROBE_MS
    if (online) outbox.hasten(holdUntil).catch(() => undefined)
    poke$.next()
  }

  /** Pushes what is due now; ends a wait for a token, as the user may just have signed in. */
  function sync(): void {
    const { pause } = outbox.state$.value
    if (pause?.reason === 'signed-out') resume().catch(() => undefined)
    poke$.next()
  }

  return { start, stop, sync, pause, resume, sending$, nextMoment }
}

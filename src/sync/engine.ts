import { Subject, Subscription } from 'rxjs'
import type { StallReason } from '../model/status.ts'
import type { Ports, Stop } from '../ports.ts'
import type { TimeLeft } from '../remote/http.ts'
import type { Claim, Outbox } from '../storage/outbox.ts'
import type { Settle } from '../storage/settle.ts'
import { anyOf$, derived$, first, oneAtATime } from '../storage/streams.ts'
import { type Backoff, backoffMs } from './backoff.ts'
import { createClaims, type Taken } from './claims.ts'
import { createLine, type Line } from './line.ts'
import { freeOrphans } from './orphans.ts'
import type { Pace } from './pace.ts'
import { createPause } from './pause.ts'
import type { Delivery } from './push.ts'
import { createSchedule } from './schedule.ts'
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
/**
 * Moves entries out of the outbox:
 *
 *     pokes (outbox changed · network · page visible · alarm · a slot came free · sync())
 *       → claim what is due, all at once
 *       → deliver, several events at once, one event never twice
 *       → settle, wait, or refuse; each pokes again
 *
 * Streams carry pokes, tables carry truth: every step re-reads its entry, so a lost or doubled poke changes nothing.
 */
export function createEngine({ ports, outbox, settle, pace, deliver, reached, options, tabId }: EngineParts) {
  const { clock, random, connectivity, lifecycle } = ports
  const { concurrency, timeoutMs, backoff } = options
  const works = createWorks(clock, timeoutMs)
  const pause = createPause(outbox, ports, backoff)
  const running = new Subscription()
  const poke$ = new Subject<void>()
  const pokes$ = anyOf$(outbox.state$, poke$)
  const poke = () => poke$.next()
  const schedule = createSchedule({
    ports,
    outbox,
    works,
    pace,
    pausedUntil: pause.until,
    reached,
    concurrency,
    longestHoldMs: Math.max(PROBE_MS, backoff.baseMs),
  })
  const claims = createClaims({
    ports,
    outbox,
    works,
    schedule,
    probeMs: PROBE_MS,
    stopped: () => stopped,
    poke,
    tabId,
  })
  let pushing = new Subscription()
  let stopped = false
  let wasOnline = connectivity.online()
  if (!wasOnline) schedule.hold(clock.now() + PROBE_MS)

  function start(): Subscription {
    let stopAlarm: Stop | undefined
    const alarm$ = derived$(pokes$, schedule.next, Object.is)
    startPushing()
    running.add(() => pushing.unsubscribe())
    running.add(
      alarm$.subscribe((moment) => {
        stopAlarm?.() // only the latest plan counts
        stopAlarm = Number.isFinite(moment) ? clock.at(moment, restartIfStalled) : undefined
      }),
    )
    running.add(() => stopAlarm?.())
    for (const stop of [connectivity.watch(networkChanged), lifecycle.watch(poke)]) running.add(stop)
    freeOrphans(outbox, ports, works.has).catch(() => undefined)
    return running
  }

  function startPushing(): void {
    const mine = new Subscription()
    const line = createLine(concurrency)
    // One round of claims at a time, so that free slots are counted right.
    const pushDue = oneAtATime(async () => {
      if (stopped || !outbox.state$.value.loaded || lifecycle.state() === 'frozen') return
      for (const taken of await claims.take()) if (!mine.closed) void push(taken, line)
    })
    pushing = mine
    mine.add(pokes$.subscribe(() => pushDue().catch(() => mine.closed || restart('engine'))))
  }

  function restart(why: StallReason): void {
    pushing.unsubscribe()
    works.giveUp(why)
    claims.giveUp()
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

  /** Other tabs go by the time of day: a clock that is set on shortens our lease, or gives it away. */
  function timeLeft({ row: { eventId, lease, isDiscarded } }: Claim, { until }: Work): number {
    const row = outbox.state$.value.rows.get(eventId)
    // A second try, too, is one that the user has just told us not to make.
    const isMeant = row?.isDiscarded === isDiscarded
    return isMeant && row?.lease?.id === lease.id
      ? Math.min(until - clock.elapsed(), lease.until - clock.now())
      : 0
  }

  /** What has waited in line may have become another answer meanwhile, or everything may have to wait. */
  function mayStillGo(claim: Claim, work: Work): boolean {
    const { eventId, answerId } = claim.row
    const isSame = outbox.state$.value.rows.get(eventId)?.answerId === answerId
    return isSame && works.owns(work) && schedule.isOpen() && timeLeft(claim, work) >= timeoutMs
  }

  async function push({ claim, work }: Taken, line: Line): Promise<void> {
    const isLate = line.isFull()
    const leaveLine = await line.enter()
    const leave = () => {
      work.isDone = true
      leaveLine()
      poke()
    }
    try {
      const mayGo = !stopped && (!isLate || mayStillGo(claim, work))
      const delivery = mayGo ? await deliver(claim, () => timeLeft(claim, work)) : undefined
      work.step = 'storage'
      if (delivery?.kind === 'accepted') leave() // the next goes while this is written; after any other reply it may not
      await (delivery ? conclude(claim, delivery) : outbox.handBack(claim))
      works.wentWell()
    } catch {
      // The device failed us, not the server: the lease runs out and the entry is read back then.
    }
    works.done(work)
    leave()
  }

  async function conclude(claim: Claim, delivery: Delivery): Promise<void> {
    const now = clock.now()
    if (delivery.kind === 'accepted') await settle({ claim, ...delivery })
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
      const until = clock.now() + (online ? random() * backoff.baseMs : PROBE_MS)
      schedule.hold(until)
      if (online) hasten(until)
    }
    poke()
  }

  /** Somebody wants it sent now: ends the waits that are ours, and the one for a token, but none that the server set. */
  function sync(): void {
    hasten(clock.now())
    if (pause.reason() === 'signed-out') pause.end().catch(() => undefined)
    poke()
  }

  return { start, stop, sync, heard: pause.heard, gate: schedule.gate, state$: works.state$ }
}

import { Subscription } from 'rxjs'
import type { RsvpStoreError } from '../model/errors.ts'
import { MY_RSVPS_KEY } from '../model/queries.ts'
import type { Ports, Stop } from '../ports.ts'
import type { PulledStore } from '../storage/pulled.ts'
import { oneAtATime } from '../storage/streams.ts'
import { backoffMs } from './backoff.ts'
import type { Pullable } from './pullable.ts'
import { ask, newWant, type Want } from './want.ts'

export interface FreshnessParts {
  readonly ports: Pick<Ports, 'clock' | 'random' | 'connectivity' | 'lifecycle'>
  /** From one pull of what is watched to the next, as it is now; `false`: only when asked to. */
  readonly everyMs: () => number | false
  readonly bring: (what: Pullable, signal: AbortSignal, missedUntil: number) => Promise<unknown>
  readonly pulled: PulledStore
  /** There is a live feed, which comes and goes with the network. */
  readonly hasFeed: boolean
}

/** Whoever comes back to what was pulled as short a time ago as this is shown that. */
const FRESH_MS = 5_000
/** So many pulls at a time: answers share the rate limit with them. */
const LANES = 4
/** All my answers are many, and seldom changed elsewhere: they are asked for this much less often. */
const SELDOM = 5
/** What is due within this part of a turn goes along: a phone's radio wakes once for all. */
const ALONG = 0.1
/** After a pull that failed. */
const RETRY = { baseMs: 1_000, capMs: 60_000 }
/** The turn of an app that pulls by itself. */
const PACE_MS = 60_000
/** A live feed that takes longer is not waited for. */
const FEED_MS = 2_000
/** While another tab pulls it, one looks now and then whether it has. */
const LOOK_MS = 1_000

/**
 * Pulls what somebody watches, while the page is visible and online: when it is first watched, when the network or the
 * page comes back, and every so often; what another tab has just pulled, or a list has brought along, is not pulled again.
 * What nobody watches any more is given up.
 */
export function createFreshness({ ports, everyMs, bring, pulled, hasFeed }: FreshnessParts) {
  const { clock, random, connectivity, lifecycle } = ports
  const wants = new Map<string, Want>()
  let isRunning = false
  /**
   * A fleet that comes back together must not knock together; and what is pulled before the live feed is there would be
   * pulled again right after. By the clock's `elapsed`.
   */
  let heldUntil = 0
  let stopAlarm: Stop | undefined

  const turnMs = ({ key }: Pullable) =>
    (everyMs() || Number.POSITIVE_INFINITY) * (key === MY_RSVPS_KEY ? SELDOM : 1)

  /** When this was last asked for. A moment to come was stored by a clock that was wrong. */
  function askedAt({ key, eventId }: Pullable): number {
    const now = clock.now()
    const past = (moment: number) => (moment <= now ? moment : Number.NEGATIVE_INFINITY)
    // A list says nothing of my answer to its events: where those are known, the two are as good as the event itself.
    const isMineKnown = past(pulled.askedAt(MY_RSVPS_KEY)) > now - SELDOM * (everyMs() || PACE_MS)
    return Math.max(
      past(pulled.askedAt(key)),
      eventId !== undefined && isMineKnown ? past(pulled.namedAt(eventId)) : Number.NEGATIVE_INFINITY,
    )
  }

  const isFresh = ({ what, since }: Want): boolean => askedAt(what) >= Math.min(since, clock.now())

  const mayGo = ({ isForced }: Want) =>
    isForced || (everyMs() !== false && lifecycle.state() === 'visible' && connectivity.online())

  /** Milliseconds until this is to be pulled, if it may come that part of its turn early. */
  function waitMs(want: Want, early = 0): number {
    const turn = turnMs(want.what)
    const wait = isFresh(want) ? askedAt(want.what) + turn * (1 - early) - clock.now() : 0
    const held = want.isForced ? want.notBefore : Math.max(want.notBefore, heldUntil)
    return Math.max(wait, held - clock.elapsed())
  }

  const wake = oneAtATime(async () => {
    await clock.pause() // who leaves and comes back at once, as UI frameworks do, has not left
    if (isRunning) go()
  })

  /** Who is inert wakes nobody. */
  const poke = () => void (isRunning && wake())

  /** Begins what is due, as far as there are lanes, and sees to it that it is called again in time. */
  function go(): void {
    stopAlarm?.()
    const all = [...wants.values()].filter(mayGo)
    const [underWay, others] = [all.filter(({ pulling }) => pulling), all.filter(({ pulling }) => !pulling)]
    const soonest = others.reduce((least, want) => Math.min(least, waitMs(want)), Number.POSITIVE_INFINITY)
    const due = soonest > 0 ? [] : others.filter((want) => waitMs(want, ALONG) <= 0)
    // From now on it is stale, to the millisecond, also where it must wait for a lane; unless another tab has just had
    // its turn.
    for (const want of due) ask(want, clock.now() - turnMs(want.what) * (1 - ALONG) + 1)
    const isList = ({ what }: Want) => what.eventId === undefined
    // Lists first: they may bring the single events.
    const isComing = [...underWay, ...due, ...others.filter(({ isElsewhere }) => isElsewhere)].some(isList)
    const next = isComing ? due.filter(isList) : due
    for (const want of next.slice(0, Math.max(0, LANES - underWay.length))) void freshen(want)
    // What is under way calls again when it is through.
    if (soonest > 0 && Number.isFinite(soonest)) stopAlarm = clock.after(soonest, wake)
  }

  async function freshen(want: Want): Promise<void> {
    const { what } = want
    const abort = new AbortController()
    want.pulling = abort
    try {
      want.isElsewhere = !(await pulled.claim(what.key))
      if (!want.isElsewhere) {
        if (!abort.signal.aborted && !isFresh(want)) await bring(what, abort.signal, want.missedUntil)
        else await pulled.handBack(what.key)
      } else if (isFresh(want)) want.isElsewhere = false
      else want.notBefore = clock.elapsed() + LOOK_MS
      want.failures = 0
      want.isForced &&= !isFresh(want) // it may have been asked for once more meanwhile
    } catch (error) {
      want.isElsewhere = false
      if (!abort.signal.aborted) want.failures += 1
      // What the server refuses it would refuse again: that is looked at in its turn.
      const isRefused = (error as Partial<RsvpStoreError>).code === 'refused'
      const wait = isRefused ? turnMs(what) : backoffMs(want.failures, RETRY, random)
      want.notBefore = clock.elapsed() + wait
      want.isForced = false
      pulled.handBack(what.key).catch(() => undefined) // it ends by itself, in a while
    }
    want.pulling = undefined
    poke()
  }

  function watch(...whats: readonly Pullable[]): Stop {
    // Who makes a list longer has not come anew: asked for all of it again and again, a server would see the square of it.
    const goesOn = whats.some(({ key }) => pulled.hasGrown(key))
    const since = goesOn ? Number.NEGATIVE_INFINITY : clock.now() - FRESH_MS
    const mine = whats.map((what) => {
      const want = wants.get(what.key) ?? newWant(what)
      wants.set(what.key, want)
      want.observers += 1
      ask(want, since)
      return want
    })
    poke()
    return () => {
      for (const want of mine) {
        want.observers -= 1
        if (want.observers > 0) continue
        wants.delete(want.what.key)
        want.pulling?.abort()
      }
    }
  }

  /** Everything that is watched, as of now; also where nothing goes by itself. */
  const refresh = () => askAll(clock.now(), true)

  /** What was asked for before this moment will do no more. */
  function askAll(since: number, isForced = false): void {
    for (const want of wants.values()) {
      ask(want, since)
      want.missedUntil = want.since
      want.isForced ||= isForced
      if (isForced) want.notBefore = 0
    }
    poke()
  }

  /** The live feed is there, and says nothing of what was before this moment. */
  function feedOpened(since: number): void {
    heldUntil = 0
    askAll(since)
  }

  function giveUp(): void {
    for (const { pulling } of wants.values()) pulling?.abort()
  }

  function start(): Subscription {
    isRunning = true
    let [wasOnline, was] = [connectivity.online(), lifecycle.state()]
    const changed = () => {
      const [isOnline, state] = [connectivity.online(), lifecycle.state()]
      if (isOnline && !wasOnline) {
        heldUntil = clock.elapsed() + random() * RETRY.baseMs + (hasFeed ? FEED_MS : 0)
        askAll(clock.now())
      }
      if (state === 'visible' && was !== 'visible') askAll(clock.now() - FRESH_MS)
      if (state === 'frozen') giveUp()
      wasOnline = isOnline
      was = state
      poke()
    }
    const running = new Subscription(() => {
      isRunning = false
      stopAlarm?.()
      giveUp()
    })
    for (const stop of [connectivity.watch(changed), lifecycle.watch(changed)]) running.add(stop)
    poke()
    return running
  }

  return { watch, refresh, feedOpened, poke, isWatched: (key: string) => wants.has(key), start }
}

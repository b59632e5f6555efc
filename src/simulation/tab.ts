import { type Observable, Subscription } from 'rxjs'
import { createFakeConnectivity, createFakeLifecycle, createFakeWitness } from '../adapters/fakes.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { SyncStatus } from '../model/status.ts'
import type { RsvpStore } from '../public-api.ts'
import { createStore } from '../store.ts'
import type { EventView } from '../views/overlay.ts'
import { createGate, type Gate } from './gate.ts'
import type { Happening } from './happening.ts'
import type { Ledger } from './ledger.ts'
import type { Live } from './live.ts'
import type { Network } from './network.ts'
import type { Freshness } from './step.ts'
import { createTabIdb, type TabIdb } from './tab-idb.ts'
import type { LockTable } from './tab-locks.ts'
import type { Timeline } from './timeline.ts'

/** A store that anybody has open: a page, or a worker without one. */
export interface Tab {
  readonly number: number
  readonly user: string
  /** How its databases are called, in its own eyes. */
  readonly prefix: string
  readonly isWorker: boolean
  /** It watches the list of events, where no deleted one is. */
  readonly asList: boolean
  /** It keeps what it shows fresh by itself. */
  readonly isFresh: boolean
  /** The events it shows. */
  readonly shows: readonly string[]
  readonly gate: Gate
  readonly idb: TabIdb
  readonly store: RsvpStore
  readonly connectivity: ReturnType<typeof createFakeConnectivity>
  readonly lifecycle: ReturnType<typeof createFakeLifecycle>
  /** `leaving`: it was told to close, and takes no more taps. */
  life: 'open' | 'leaving' | 'gone'
  /** Commits there were when it opened. */
  readonly since: number
  /** True time at which it opened. */
  readonly openedAt: number
  /** The freeze event was given; the freeze itself follows when the tab has had its say. */
  willFreeze: boolean
  /** True time of its last storage fault: what it shows may be old for a while. */
  faultAt: number
  /** True time at which it last resumed. */
  resumedAt: number
  readonly seen: {
    readonly views: Map<string, EventView | undefined>
    outbox: readonly OutboxEntry[]
    status: SyncStatus | undefined
  }
  stopWatching(): void
}

export interface TabParts {
  readonly number: number
  readonly user: string
  readonly isWorker: boolean
  readonly prefix: string
  readonly realIdb: IDBFactory
  readonly keyRange: typeof IDBKeyRange
  /** One of its observers throws. */
  readonly throwing: boolean
  readonly freshness: Freshness | undefined
  readonly live: Live
  readonly timeline: Timeline
  readonly ledger: Ledger
  readonly network: Network
  readonly locks: LockTable
  readonly random: () => number
  readonly getToken: (refresh: boolean) => Promise<string>
  readonly events: readonly string[]
  readonly baseUrl: string
  readonly tell: (happening: Happening) => void
  readonly moved: (open: 1 | -1 | 0) => void
}

/** So few, that a history meets the limit. */
export const PACE = { requests: 12, perMs: 5_000 }

/** More rows than this a world has: what nobody shows is pruned. */
const MIRROR = { maxRows: 12 }
/** Seldom enough that an hour is not all pulls. */
const EVERY_MS = 300_000

/** What the app's own bug says. */
export const OBSERVER_THREW = 'an observer of the app threw'

export function openTab(parts: TabParts): Tab {
  const { number, user, prefix, isWorker, freshness, timeline, network, tell } = parts
  const gate = createGate()
  const connectivity = createFakeConnectivity(network.isUp())
  const lifecycle = createFakeLifecycle(isWorker ? 'hidden' : 'visible')
  const idb = createTabIdb({
    real: parts.realIdb,
    gate,
    ledger: parts.ledger,
    tab: number,
    shared: (name) => ({
      name: name.replace(/^[^/]*/, 'shared'),
      user: decodeURIComponent(name.replace(/^[^/]*\//, '')),
    }),
    moved: parts.moved,
    later: (ms, run) => void timeline.at(timeline.now() + ms, run),
    struck: (fault) => {
      tab.faultAt = timeline.now()
      tell({ kind: 'fault', what: fault, tab: number })
    },
  })
  const store = createStore(
    {
      userId: user,
      baseUrl: parts.baseUrl,
      getToken: ({ refresh }) => parts.getToken(refresh),
      name: prefix,
      push: { pace: PACE },
      ...(freshness ? { pull: { everyMs: EVERY_MS }, mirror: MIRROR } : { pull: { everyMs: false } }),
      feed: freshness === 'live' && !isWorker ? parts.live.feedOf(number, user, gate) : undefined,
    },
    {
      fetch: network.fetchOf(number, user, gate),
      clock: timeline.clockOf(gate),
      random: parts.random,
      connectivity,
      lifecycle,
      locks: parts.locks.locksOf(gate),
      indexedDB: { indexedDB: idb.factory, IDBKeyRange: parts.keyRange },
      persist: undefined,
      witness: createFakeWitness(),
    },
  )
  const seen: Tab['seen'] = { views: new Map(), outbox: [], status: undefined }
  const watching = new Subscription()
  const explode = () => {
    throw new Error(OBSERVER_THREW)
  }
  if (parts.throwing)
    for (const stream$ of [store.outbox$, store.status$, store.events$()])
      watching.add((stream$ as Observable<unknown>).subscribe(explode))
  const show = (eventId: string, view: EventView | undefined) => {
    if (seen.views.get(eventId) === view) return
    tell({ kind: 'shown', tab: number, eventId, view })
    seen.views.set(eventId, view)
  }
  // Some apps show one event, some a list; the views are the same.
  const asList = number % 2 === 0
  // An event that nobody shows may be pruned.
  const shows = freshness && !asList ? parts.events.slice(0, -1) : parts.events
  if (asList)
    watching.add(
      store.events$().subscribe((views) => {
        for (const eventId of shows)
          show(
            eventId,
            views.find((view) => view.eventId === eventId),
          )
      }),
    )
  else
    for (const eventId of shows) watching.add(store.event$(eventId).subscribe((view) => show(eventId, view)))
  watching.add(
    store.outbox$.subscribe((entries) => {
      seen.outbox = entries
      tell({ kind: 'outbox-shown', tab: number, entries })
    }),
  )
  watching.add(
    store.status$.subscribe((status) => {
      seen.status = status
      tell({ kind: 'status-shown', tab: number, status })
    }),
  )
  const tab: Tab = {
    number,
    user,
    prefix,
    isWorker,
    asList,
    isFresh: freshness !== undefined && !isWorker,
    shows,
    gate,
    idb,
    store,
    connectivity,
    lifecycle,
    life: 'open',
    since: parts.ledger.commits(),
    openedAt: parts.timeline.now(),
    willFreeze: false,
    faultAt: Number.NEGATIVE_INFINITY,
    resumedAt: Number.NEGATIVE_INFINITY,
    seen,
    stopWatching: () => watching.unsubscribe(),
  }
  return tab
}

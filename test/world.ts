import { filter, firstValueFrom, type Observable, ReplaySubject } from 'rxjs'
import { onTestFinished } from 'vitest'
import {
  createRsvpStore,
  type EventView,
  type OutboxEntry,
  type RsvpStore,
  type RsvpStoreOptions,
  type SyncStatus,
} from '../src/index.ts'
import {
  type ApiDouble,
  type ApiDoubleOptions,
  createApiDouble,
  createFakeClock,
  createFakeConnectivity,
  createFakeLifecycle,
  createFakeLocks,
  createFakeNetwork,
  createFakeRandom,
} from '../src/testing.ts'
import { platform } from './platform.ts'
import { asked, WatchedFactory } from './watched-idb.ts'

export { asked }

let worlds = 0

/** One phone, one server, one clock; nothing moves by itself. */
export function createWorld(options: { api?: ApiDoubleOptions; random?: () => number } = {}) {
  const indexedDB = new WatchedFactory()
  const traffic = { count: 0 }
  const pause = () => {
    traffic.count += 1
    return platform.pause(() => indexedDB.isBusy)
  }
  const clock = Object.assign(createFakeClock(), { pause })
  const api = createApiDouble({ events: 12, clock, ...options.api })
  const idb = { indexedDB, IDBKeyRange: platform.IDBKeyRange }
  const locks = createFakeLocks()
  const name = `world-${++worlds}` // Dexie's change events go by database name, across factories
  const random = options.random ?? createFakeRandom(worlds)
  const tokens: { readonly refresh: boolean }[] = []

  /** Opens the app once more: another tab, or the same one after a reload. */
  function openTab(changes: Partial<RsvpStoreOptions> = {}) {
    const userId = changes.userId ?? 'ada'
    const connectivity = createFakeConnectivity()
    const lifecycle = createFakeLifecycle()
    const network = createFakeNetwork(async (request) => {
      traffic.count += 1
      try {
        return await api.fetch(request)
      } finally {
        traffic.count += 1
      }
    })
    const { ports, ...rest } = changes
    const store = createRsvpStore({
      userId,
      baseUrl: 'http://api.test',
      getToken: ({ refresh }) => {
        tokens.push({ refresh })
        return api.tokenFor(userId)
      },
      name,
      pull: { everyMs: false },
      ports: {
        fetch: network.fetch,
        clock,
        random,
        connectivity,
        lifecycle,
        locks,
        indexedDB: idb,
        persist: undefined,
        ...ports,
      },
      ...rest,
    })
    onTestFinished(() => store.close())
    /** The user walks into a tunnel, or out of it. */
    const goOnline = (online: boolean) => {
      network.up = online
      connectivity.set(online)
    }
    return { store, network, connectivity, lifecycle, goOnline }
  }

  /** Everything that IndexedDB holds of this table, read past the store. */
  async function rows<T = Record<string, unknown>>(table: string, userId = 'ada'): Promise<T[]> {
    const dbName = `${name}/${userId}`
    const known = await indexedDB.databases()
    if (!known.some((one) => one.name === dbName)) return []
    const db = await connect(userId)
    try {
      return await asked(db.transaction(table).objectStore(table).getAll())
    } finally {
      db.close()
    }
  }

  /** A connection of the test's own, past the store: no tab hears of what it writes. */
  const connect = (userId = 'ada'): Promise<IDBDatabase> => asked(indexedDB.openUnseen(`${name}/${userId}`))

  /** Stores rows past the store, as another version of it would, or a tab that dies before it tells. */
  async function putUnheard(table: string, found: readonly object[]): Promise<void> {
    const db = await connect()
    for (const row of found) await asked(db.transaction(table, 'readwrite').objectStore(table).put(row))
    db.close()
  }

  /** Waits until nothing happens any more but by the clock or by the test's own hand. */
  async function calm(): Promise<void> {
    const pulse = () =>
      [indexedDB.transactions.length, indexedDB.ended, indexedDB.opened, traffic.count, tokens.length].join()
    for (let quiet = 0, last = pulse(); quiet < 3; ) {
      await platform.turn()
      const next = pulse()
      const isBusy = indexedDB.isBusy || platform.isReading()
      quiet = next === last && !isBusy ? quiet + 1 : 0
      last = next
    }
  }

  /** Moves time on, step by step through everything that falls due, letting each run to its end. */
  async function pass(ms: number): Promise<void> {
    const end = clock.now() + ms
    await calm()
    for (let next = clock.alarms()[0]; next !== undefined && next <= end; next = clock.alarms()[0]) {
      clock.advance(Math.max(0, next - clock.now()))
      await calm()
    }
    clock.advance(end - clock.now())
    await calm()
  }

  return { api, clock, idb, indexedDB, name, tokens, random, openTab, rows, connect, putUnheard, calm, pass }
}

export type World = ReturnType<typeof createWorld>
export type Tab = ReturnType<World['openTab']>

/** Another connection that holds a write transaction open, as a frozen tab does. */
export async function holdWrites({ connect }: World): Promise<() => void> {
  const db = await connect()
  const table = db.transaction('outbox', 'readwrite').objectStore('outbox')
  let isHeld = true
  const spin = () => {
    if (isHeld) table.get('nobody').onsuccess = spin
    else db.close()
  }
  spin()
  return () => {
    isHeld = false
  }
}

/** Waits for a value, never for time. */
export function until<T>(source$: Observable<T>, isWanted: (value: T) => boolean): Promise<T> {
  return firstValueFrom(source$.pipe(filter(isWanted)))
}

export const now = <T>(source$: Observable<T>): Promise<T> => firstValueFrom(source$)

/** Moves time to whatever the store waits for next, until the status is as wanted. */
export async function untilStatus(
  { clock, calm }: Pick<World, 'clock' | 'calm'>,
  store: RsvpStore,
  isWanted: (status: SyncStatus) => boolean,
): Promise<SyncStatus> {
  for (let turns = 0; turns < 500; turns += 1) {
    await calm()
    const status = await now(store.status$)
    if (isWanted(status)) return status
    const next = clock.alarms()[0]
    if (next !== undefined) clock.advance(Math.max(0, next - clock.now()))
  }
  throw new Error(`never came: ${JSON.stringify(await now(store.status$))}`)
}

/** Nothing waits to be sent and nothing is on its way. */
export const isIdle = ({ work, queued }: SyncStatus): boolean => work === 'idle' && queued === 0

/** Everything an observer saw, in order. */
export function record<T>(source$: Observable<T>): T[] {
  const seen: T[] = []
  const watching = source$.subscribe((value) => seen.push(value))
  onTestFinished(() => watching.unsubscribe())
  return seen
}

/** Watches without looking, so that the next value comes at once. */
export function latest<T>(source$: Observable<T>): { readonly value: T } {
  const replay$ = new ReplaySubject<T>(1)
  let current: { value: T } | undefined
  const watching = source$.subscribe((value) => {
    current = { value }
    replay$.next(value)
  })
  onTestFinished(() => watching.unsubscribe())
  return {
    get value() {
      if (!current) throw new Error('nothing was emitted yet')
      return current.value
    },
  }
}

export const mineAt = (api: ApiDouble, eventId: string, userId = 'ada'): string | undefined =>
  api.responses().find((row) => row.eventId === eventId && row.userId === userId)?.status

/** The event as the server has it. */
export function eventAt(api: ApiDouble, eventId: string) {
  const event = api.events().find((row) => row.eventId === eventId)
  if (!event) throw new Error(`the server has no ${eventId}`)
  return event
}

/** The one entry that is open for this event. */
export async function entryOf(store: RsvpStore, eventId: string): Promise<OutboxEntry | undefined> {
  return (await now(store.outbox$)).find((entry) => entry.eventId === eventId)
}

/** What the user sees of an event, in one line. */
export const seenAs = (view: EventView | undefined): string =>
  view
    ? `${view.myRsvp.status ?? '-'} ${view.myRsvp.sync} ${view.rsvpCount}/${view.interestedCount}`
    : 'unknown'

/** `METHOD status-of-the-answer` of each write request that reached the server, in order of arrival. */
export const written = (api: ApiDouble, eventId?: string): string[] =>
  api
    .writes()
    .filter((write) => eventId === undefined || write.eventId === eventId)
    .map(({ method, status }) => `${method} ${status}`)

/** Write requests that arrived, whatever became of them. */
export const attempts = (api: ApiDouble, eventId?: string): string[] =>
  api
    .requests()
    .filter(
      ({ method, path }) => method !== 'GET' && (eventId === undefined || path.includes(`/${eventId}/`)),
    )
    .map(({ method, status }) => `${method} ${status}`)

/** Every request that arrived, as `METHOD /path`, without the API's prefix. */
export const requested = (api: ApiDouble): string[] =>
  api.requests().map(({ method, path }) => `${method} ${path.replace('/api/v1/events', '')}`)

/** A request that the test holds in its hand. */
export interface Held {
  readonly request: Request
  /** Lets it reach the server and its reply come back. */
  pass(): void
  /** The server replies now, as it is now; the returned function lets that reply arrive. */
  take(): Promise<() => void>
  /** The server applies it now, whether or not the caller still waits. */
  applyLate(): Promise<void>
  /** It never reaches the server. */
  lose(): void
  /** The server applies it; the reply never comes back. */
  loseReply(): Promise<void>
  /** Something else answers in the server's place. */
  answer(reply: Response): void
}

/** Holds every request that matches, until the test decides. `open()` ends that and lets all go. */
export function hold(api: ApiDouble, matches: (request: Request) => boolean = () => true) {
  const held: Held[] = []
  const waiting: { readonly count: number; readonly resolve: () => void }[] = []
  let isOpen = false
  api.intercept = (request, next) => {
    if (isOpen || !matches(request)) return next(request)
    const copy = request.clone()
    return new Promise((resolve, reject) => {
      const lost = () => reject(new TypeError('Failed to fetch'))
      held.push({
        request,
        pass: () => void next(request).then(resolve, reject),
        take: async () => {
          const reply = await next(request)
          return () => resolve(reply)
        },
        applyLate: async () => {
          const { url, method, headers } = request
          await next(new Request(url, { method, headers, ...(await bodyOf(copy)) }))
        },
        lose: lost,
        loseReply: () => next(request).then(lost, lost),
        answer: resolve,
      })
      for (const one of waiting) if (held.length >= one.count) one.resolve()
    })
  }
  return {
    held,
    /** The nth held request, once it is there. */
    async at(index: number): Promise<Held> {
      if (held.length <= index)
        await new Promise<void>((resolve) => waiting.push({ count: index + 1, resolve }))
      return held[index] as Held
    },
    open(): void {
      isOpen = true
      for (const one of held) one.pass()
    },
  }
}

/** Firefox has no `Request.body`: whether there is one shows only when it is read. */
async function bodyOf(request: Request): Promise<{ body?: string }> {
  const body = await request.text()
  return body ? { body } : {}
}

export const isWrite = (request: Request): boolean => request.method !== 'GET'

/** Replies with JSON, as the API would. */
export const jsonReply = (body: unknown, status = 200, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json', ...headers } })

/** The API's error envelope. */
export const errorReply = (
  status: number,
  code?: number,
  headers: Record<string, string> = {},
  message = 'said the test',
): Response => jsonReply({ status: 'error', ...(code !== undefined && { code }), message }, status, headers)

/** A world in which every event is known already and one tab is open. */
export async function startWorld(
  options: Parameters<typeof createWorld>[0] = {},
  changes: Partial<RsvpStoreOptions> = {},
) {
  const world = createWorld(options)
  const tab = world.openTab(changes)
  await tab.store.pullEvents()
  await tab.store.pullMyRsvps()
  await world.calm()
  return { ...world, world, ...tab, tab }
}

import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { filter, firstValueFrom, type Observable } from 'rxjs'
import { onTestFinished } from 'vitest'
import { createRsvpStore, type RsvpStore, type RsvpStoreOptions, type SyncStatus } from '../src/index.ts'
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

let worlds = 0

/** One phone, one server, one clock; nothing moves by itself. */
export function createWorld(options: { api?: ApiDoubleOptions; random?: () => number } = {}) {
  const clock = createFakeClock()
  const api = createApiDouble({ events: 12, clock, ...options.api })
  const idb = { indexedDB: new IDBFactory(), IDBKeyRange }
  const locks = createFakeLocks()
  const name = `world-${++worlds}` // Dexie's change events go by database name, across factories
  const tokens: { readonly refresh: boolean }[] = []

  /** Opens the app once more: another tab, or the same one after a reload. */
  function openTab(changes: Partial<RsvpStoreOptions> = {}) {
    const userId = changes.userId ?? 'ada'
    const connectivity = createFakeConnectivity()
    const lifecycle = createFakeLifecycle()
    const network = createFakeNetwork((request) => api.fetch(request))
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
        random: options.random ?? createFakeRandom(worlds),
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

  return { api, clock, idb, name, tokens, openTab }
}

export type World = ReturnType<typeof createWorld>
export type Tab = ReturnType<World['openTab']>

/** Waits for a value, never for time. */
export function until<T>(source$: Observable<T>, isWanted: (value: T) => boolean): Promise<T> {
  return firstValueFrom(source$.pipe(filter(isWanted)))
}

export const now = <T>(source$: Observable<T>): Promise<T> => firstValueFrom(source$)

/** Moves time to whatever the store waits for next, until the status is as wanted. */
export async function untilStatus(
  { clock }: Pick<World, 'clock'>,
  store: RsvpStore,
  isWanted: (status: SyncStatus) => boolean,
): Promise<SyncStatus> {
  for (let turns = 0; turns < 500; turns += 1) {
    const status = await settle(store)
    if (isWanted(status)) return status
    const next = clock.alarms()[0]
    if (next !== undefined) clock.advance(Math.max(0, next - clock.now()))
  }
  throw new Error(`never came: ${JSON.stringify(await now(store.status$))}`)
}

/** Lets everything run that does not wait for the clock: the store has nothing on its way any more. */
async function settle(store: RsvpStore): Promise<SyncStatus> {
  for (let quiet = 0; quiet < 5; quiet += 1) await new Promise((resolve) => setImmediate(resolve))
  return now(store.status$)
}

/** Everything an observer saw, in order. */
export function record<T>(source$: Observable<T>): T[] {
  const seen: T[] = []
  const watching = source$.subscribe((value) => seen.push(value))
  onTestFinished(() => watching.unsubscribe())
  return seen
}

export const mineAt = (api: ApiDouble, eventId: string, userId = 'ada'): string | undefined =>
  api.responses().find((row) => row.eventId === eventId && row.userId === userId)?.status

import { browserPorts } from './adapters/browser.ts'
import { anId } from './model/input.ts'
import type { OutboxEntry } from './model/outbox-entry.ts'
import { checkOptions, type RsvpStoreOptions } from './options.ts'
import type { RsvpStore } from './public-api.ts'
import { databaseName } from './storage/database.ts'
import { first } from './storage/streams.ts'
import { createStore } from './store.ts'

/**
 * Background Sync: answers reach the server though every page is closed. Chromium has it; elsewhere nothing is asked
 * for, and what waits goes when a page of the app opens next, or comes back.
 */

/** What is used of a service worker's global scope: `self` fits. */
export interface SyncScope {
  addEventListener(type: string, listener: (event: Event) => void): void
}

/** What is used of a service worker's registration, where the browser has Background Sync. */
interface SyncRegistration {
  readonly sync?: { register(tag: string): Promise<void> }
}

/** How the page makes its store, but for whose it is: the browser says that, from what the page asked for. */
export interface RsvpSyncOptions extends Omit<RsvpStoreOptions, 'userId' | 'getToken' | 'pull' | 'feed'> {
  /** Called for every request with the user whose answers are sent; never stored. Empty or rejected: they stay. */
  readonly getToken: (request: {
    readonly userId: string
    readonly refresh: boolean
    readonly signal: AbortSignal
  }) => string | Promise<string>
}

/** The Background Sync event, which TypeScript's own types do not have. */
interface SyncEvent extends Event {
  readonly tag: string
  /** The browser will not try again by itself. */
  readonly lastChance: boolean
  waitUntil(work: Promise<unknown>): void
}

const NAME = 'rsvp-store'
const isWaiting = ({ state }: OutboxEntry) => state !== 'failed'

/**
 * Sends what waits whenever the browser gives this worker a `sync` event that `requestRsvpSync` asked for. Call it
 * while the worker's script runs for the first time, as the platform demands of every listener.
 *
 * While answers remain that the server may still take, the event fails, and the browser tries again by its own plan.
 * At its last try they stay where they are, for the next page.
 * @throws RsvpStoreError `invalid-argument` that names the option.
 */
export function attachRsvpSync(worker: SyncScope, options: RsvpSyncOptions): void {
  checkOptions({ ...options, userId: NAME } as unknown as RsvpStoreOptions)
  const prefix = databaseName(options.name ?? NAME, '')
  worker.addEventListener('sync', (event) => {
    const { tag, lastChance } = event as SyncEvent
    if (!tag.startsWith(prefix)) return // the app's own
    const sending = send(options, decodeURIComponent(tag.slice(prefix.length)))
    ;(event as SyncEvent).waitUntil(
      sending.then((left) => {
        if (left > 0 && !lastChance) throw new Error(`${left} answers wait for another try.`)
      }),
    )
  })
}

/** Resolves with how many answers still wait. */
async function send(options: RsvpSyncOptions, userId: string): Promise<number> {
  const getToken: RsvpStoreOptions['getToken'] = (request) => options.getToken({ ...request, userId })
  const store = createStore({ ...options, userId, getToken }, { ...browserPorts(), ...options.ports })
  let left = 0
  const counting = store.outbox$.subscribe((entries) => {
    left = entries.filter(isWaiting).length
  })
  await first(store.outbox$, () => true)
  // Tries each answer once and closes the store. It signs nobody out, and deletes nothing.
  await store.logout({ unsent: 'send' })
  counting.unsubscribe()
  return left
}

/**
 * Asks the browser to wake the app's worker for this user's answers, whenever there is a new one: in the page, right
 * after the store is made. Does nothing where there is no Background Sync, or where the user has switched it off.
 * Returns what ends it.
 */
export function requestRsvpSync(
  store: RsvpStore,
  { userId, name = NAME }: Pick<RsvpStoreOptions, 'userId' | 'name'>,
  registration: PromiseLike<object> = ownRegistration(),
): () => void {
  anId(userId, 'userId')
  const known = new Set<string>()
  const watching = store.outbox$.subscribe(async (entries) => {
    const fresh = entries.filter((entry) => isWaiting(entry) && !known.has(entry.answerId))
    for (const { answerId } of fresh) known.add(answerId)
    if (fresh.length === 0) return
    const { sync } = (await registration) as SyncRegistration
    sync?.register(databaseName(name, userId)).catch(ignore)
  })
  return () => watching.unsubscribe()
}

/** Never there where there are no service workers: server rendering, a page without https. */
const ownRegistration = (): PromiseLike<object> =>
  globalThis.navigator?.serviceWorker?.ready ?? Promise.resolve({})

const ignore = () => undefined

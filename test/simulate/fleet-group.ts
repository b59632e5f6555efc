import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { createRsvpStore } from '../../src/index.ts'
import {
  createApiDouble,
  createFakeClock,
  createFakeConnectivity,
  createFakeLifecycle,
  createFakeLocks,
  createFakeRandom,
} from '../../src/testing.ts'

/** One request that reached the server. */
export interface Arrival {
  readonly client: number
  /** Epoch milliseconds by the group's clock. */
  readonly at: number
  /** HTTP status of the reply; 0 when there was none. */
  readonly status: number
}

/** What the server does with a request instead of answering it. */
export type Trouble = 'none' | 'down' | 'slow-down'

export interface GroupOptions {
  /** The first client's number in the fleet: with the seed, it decides that client's dice. */
  readonly first: number
  readonly clients: number
  readonly seed: number
  /** False: every die shows 0.999, so all wait the longest and wait the same. */
  readonly jitter: boolean
  /** `push.backoff.baseMs` of every store. */
  readonly baseMs: number
}

/** Everybody answers within this time. */
export const TAPS_MS = 1_000
const WITHOUT_JITTER = 0.999
let groups = 0

/** An IndexedDB that knows whether anything is under way in it. */
class CountingFactory extends IDBFactory {
  begun = 0
  pending = 0

  override open(name: string, version?: number): ReturnType<IDBFactory['open']> {
    const request = version === undefined ? super.open(name) : super.open(name, version)
    this.#count(request, 'success', 'error')
    request.addEventListener('success', () => {
      const db = request.result as unknown as IDBDatabase
      const original = db.transaction.bind(db)
      db.transaction = (...given) => {
        const transaction = original(...given)
        this.#count(transaction, 'complete', 'abort')
        return transaction
      }
    })
    return request
  }

  #count(one: { addEventListener(type: string, run: () => void): void }, ...ends: string[]): void {
    this.begun += 1
    this.pending += 1
    for (const end of ends) one.addEventListener(end, () => (this.pending -= 1))
  }
}

/**
 * Some phones of the fleet: real stores, a database each, one clock, one API double. Nothing moves by itself.
 * Phones do not know of each other and the server does not tire, so groups can be played one after another and their
 * arrivals laid over each other. In one group they would slow each other down: Dexie tells every live query of a process of every
 * change in any database; a real phone has only its own.
 */
export function createGroup({ first, clients, seed, jitter, baseMs }: GroupOptions) {
  const clock = { ...createFakeClock(), pause: () => new Promise<void>((resolve) => setImmediate(resolve)) }
  const factory = new CountingFactory()
  const idb = { indexedDB: factory as unknown as globalThis.IDBFactory, IDBKeyRange }
  const api = createApiDouble({ events: 3, users: [], clock })
  const arrivals: Arrival[] = []
  const world = { networkUp: true, trouble: 'none' as Trouble }
  groups += 1
  const name = `fleet-${groups}` // Dexie's change events go by database name, across factories
  let requests = 0

  async function arrive(client: number, request: Request, coin: () => number): Promise<Response> {
    if (!world.networkUp) throw new TypeError('Failed to fetch')
    const at = clock.now()
    const reply = await answer(request, coin)
    arrivals.push({ client, at, status: reply?.status ?? 0 })
    if (!reply) throw new TypeError('Failed to fetch')
    return reply
  }

  /** A server that is down says so to one half, and nothing to the other. */
  async function answer(request: Request, coin: () => number): Promise<Response | undefined> {
    if (world.trouble === 'none') return api.fetch(request)
    if (world.trouble === 'slow-down') return refusal(429, 400311, { 'retry-after': '30' })
    return coin() < 0.5 ? refusal(503, 500000) : undefined
  }

  const phones = Array.from({ length: clients }, (_, index) => {
    const client = first + index
    const userId = `user-${client}`
    const dice = createFakeRandom(seed * 100_003 + client)
    const mine = createFakeRandom(seed * 200_003 + client)
    const coin = createFakeRandom(seed * 300_007 + client)
    const connectivity = createFakeConnectivity()
    const token = api.tokenFor(userId)
    const store = createRsvpStore({
      userId,
      baseUrl: 'http://api.test',
      getToken: () => token,
      name,
      push: { backoff: { baseMs } },
      pull: { everyMs: false },
      ports: {
        fetch: async (request) => {
          requests += 1
          factory.pending += 1
          return arrive(client, request, coin).finally(() => (factory.pending -= 1))
        },
        clock,
        random: jitter ? dice : () => WITHOUT_JITTER,
        connectivity,
        lifecycle: createFakeLifecycle(),
        locks: createFakeLocks(),
        indexedDB: idb,
        persist: undefined,
        witness: undefined,
      },
    })
    return {
      store,
      connectivity,
      answers: 1 + Math.floor(mine() * 3),
      tapsAfterMs: Math.floor(mine() * TAPS_MS),
    }
  })
  const answers = phones.reduce((sum, phone) => sum + phone.answers, 0)

  /** Waits until nothing happens any more but by the clock. */
  async function calm(): Promise<void> {
    const begun = () => factory.begun + requests
    for (let quiet = 0, last = begun(); quiet < 3; ) {
      await new Promise((resolve) => setImmediate(resolve))
      quiet = factory.pending === 0 && begun() === last ? quiet + 1 : 0
      last = begun()
    }
  }

  /** Moves time on, alarm by alarm, until the time has passed or there is nothing left to do. */
  async function pass(ms: number, isDone: () => boolean = () => false): Promise<void> {
    const end = clock.now() + ms
    await calm()
    for (
      let next = clock.alarms()[0];
      next !== undefined && next <= end && !isDone();
      next = clock.alarms()[0]
    ) {
      clock.advance(Math.max(0, next - clock.now()))
      await calm()
    }
    if (!isDone()) clock.advance(end - clock.now())
    await calm()
  }

  return {
    clock,
    world,
    arrivals,
    answers,
    pass,
    /** Opens every database. */
    async start(): Promise<void> {
      await new Promise((resolve) => setTimeout(resolve, 5)) // Dexie begins a live query with a timer
      await calm()
    },
    goOnline(online: boolean): void {
      world.networkUp = online
      for (const { connectivity } of phones) connectivity.set(online)
    },
    /** Everybody answers one to three invitations, within `TAPS_MS` of each other. */
    async tap(): Promise<void> {
      for (const { store, answers, tapsAfterMs } of phones)
        clock.at(clock.now() + tapsAfterMs, () => {
          for (let at = 1; at <= answers; at += 1) store.rsvp(`event-${at}`, 'going').catch(rethrow)
        })
      await pass(TAPS_MS)
    },
    isDrained: () => api.writes().length >= answers,
    close: () => Promise.all(phones.map(({ store }) => store.close())),
  }
}

export type Group = ReturnType<typeof createGroup>

function rethrow(error: unknown): void {
  setImmediate(() => {
    throw error
  })
}

function refusal(status: number, code: number, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ status: 'error', code, message: 'busy' }), {
    status,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

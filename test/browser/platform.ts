import { onTestFinished } from 'vitest'
import type { Platform } from '../platform.ts'

const { indexedDB } = globalThis

/** The engine's one IndexedDB, of which a test sees the databases that it opened itself. */
class OwnDatabases implements IDBFactory {
  readonly #names = new Set<string>()
  readonly #connections = new Set<IDBDatabase>()

  open(name: string, version?: number): IDBOpenDBRequest {
    this.#names.add(name)
    const request = indexedDB.open(name, version)
    request.addEventListener('success', () => this.#connections.add(request.result))
    return request
  }

  async databases(): Promise<IDBDatabaseInfo[]> {
    const all = await indexedDB.databases()
    return all.filter(({ name }) => name !== undefined && this.#names.has(name))
  }

  deleteDatabase(name: string): IDBOpenDBRequest {
    return indexedDB.deleteDatabase(name)
  }

  cmp(one: unknown, other: unknown): number {
    return indexedDB.cmp(one, other)
  }

  /** Leaves nothing behind for the next test, nor what the store wrote down beside its databases. */
  async end(): Promise<void> {
    for (const db of this.#connections) db.close()
    localStorage.clear()
    await Promise.all([...this.#names].map((name) => done(indexedDB.deleteDatabase(name))))
  }
}

function done(request: IDBOpenDBRequest): Promise<void> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve())
    request.addEventListener('error', () => reject(request.error))
  })
}

/** A message to ourselves: the engine runs it as a task of its own, and does not slow it down as it does timers. */
function tick(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(undefined)
  })
}

/** Bodies of requests and replies that are being read: an engine does it beside the page, and takes its time. */
let bodies = 0
for (const { prototype } of [Request, Response])
  for (const name of ['text', 'json', 'arrayBuffer'] as const) {
    const read: () => Promise<unknown> = prototype[name]
    prototype[name] = async function (this: Body): Promise<never> {
      bodies += 1
      try {
        return (await read.call(this)) as never
      } finally {
        bodies -= 1
      }
    }
  }

/** Timers and messages keep their own order: what was begun before one of each was asked for is over after it. */
async function turn(): Promise<void> {
  await tick() // a timer that follows a timer is slowed down, one that follows a message is not
  await new Promise((resolve) => setTimeout(resolve, 0))
  await tick()
}

const PATIENT_TURNS = 20

/** A browser, with the engine's real IndexedDB. */
export const platform: Platform = {
  newIndexedDB() {
    const own = new OwnDatabases()
    onTestFinished(() => own.end())
    return own
  },
  IDBKeyRange: globalThis.IDBKeyRange,
  // No page can do this to itself: what the engine would do, played by hand on the real connection.
  endConnection(db, underWay) {
    for (const transaction of underWay) abort(transaction)
    db.close()
    db.dispatchEvent(new Event('close'))
  },
  tick,
  turn,
  isReading: () => bodies > 0,
  async pause(isBusy) {
    // Not for ever: another tab may hold the database, and that is for the store to notice.
    for (let turns = 0; turns === 0 || (turns < PATIENT_TURNS && isBusy()); turns += 1) await turn()
  },
  uncaught() {
    const thrown: unknown[] = []
    const hear = (event: Event) => {
      thrown.push('reason' in event ? event.reason : (event as ErrorEvent).error)
      event.preventDefault()
      event.stopImmediatePropagation() // or the test runner would take it for a failure of the test
    }
    for (const name of ['error', 'unhandledrejection']) {
      addEventListener(name, hear, { capture: true })
      onTestFinished(() => removeEventListener(name, hear, { capture: true }))
    }
    return thrown
  },
}

/** One that is about to commit goes through. */
function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort()
  } catch {}
}

import { IDBFactory as FakeFactory, IDBKeyRange as FakeKeyRange, forceCloseDatabase } from 'fake-indexeddb'
import { onTestFinished } from 'vitest'

/** What the world of a test needs of the machine it runs on. A browser has its own: `browser/platform.ts`. */
export interface Platform {
  /** An IndexedDB of the test's own: empty, and gone with the test. */
  newIndexedDB(): IDBFactory
  readonly IDBKeyRange: typeof IDBKeyRange
  /** Ends a connection under its page, with the transactions that are under way. */
  endConnection(db: IDBDatabase, underWay: Iterable<IDBTransaction>): void
  /** Lets the next task run. */
  tick(): Promise<void>
  /** Lets every timer and message run that is due. */
  turn(): Promise<void>
  /** The body of a request or a reply is being read, which no timer waits for. */
  isReading(): boolean
  /** A pause of the store's clock. Time stands still, so it is as long as a database takes that replies in real time. */
  pause(isBusy: () => boolean): Promise<void>
  /** What nobody catches from now on, until the test is over. */
  uncaught(): readonly unknown[]
}

const timer = () => new Promise<void>((resolve) => setTimeout(resolve, 0))
const tick = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Node, with an IndexedDB in memory. */
export const platform: Platform = {
  newIndexedDB: () => new FakeFactory() as unknown as IDBFactory,
  IDBKeyRange: FakeKeyRange,
  endConnection: (db) => forceCloseDatabase(db as never),
  tick,
  turn: async () => {
    await timer()
    await tick()
  },
  isReading: () => false, // Node needs no task of its own for it
  pause: timer,
  uncaught: () => {
    const thrown: unknown[] = []
    for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
      const others = process.listeners(event as 'exit')
      process.removeAllListeners(event)
      process.on(event as 'exit', (error: unknown) => thrown.push(error))
      onTestFinished(() => {
        process.removeAllListeners(event)
        for (const other of others) process.on(event as 'exit', other)
      })
    }
    return thrown
  },
}

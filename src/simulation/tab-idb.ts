import type { Door, Gate } from './gate.ts'
import { failingOpen, guard, guardRequests } from './guard.ts'
import { type Change, keyOf, type Ledger } from './ledger.ts'
import { hung, type Later, late } from './slow-disk.ts'
import type { StorageFault } from './step.ts'

/** One factory for the whole world, and its key ranges: fake-indexeddb's, or a browser's own. */
export interface WorldIndexedDb {
  /** Makes an empty one. */
  readonly indexedDB: () => IDBFactory
  readonly IDBKeyRange: typeof IDBKeyRange
}

export interface TabIdbParts {
  /** Shared by all tabs. */
  readonly real: IDBFactory
  readonly gate: Gate
  readonly ledger: Ledger
  readonly tab: number
  /** The name all tabs share for what this tab calls `name`, and whose database it is. */
  readonly shared: (name: string) => { readonly name: string; readonly user: string }
  /** Told of each transaction that begins and ends, so that the world knows when nothing moves. */
  readonly moved: (open: 1 | -1 | 0) => void
  /** Told when a fault strikes. */
  readonly struck: (fault: StorageFault) => void
  readonly later: Later
}

type Handlers = Record<string, ((event: Event) => void) | null>

const WRITES = ['put', 'add', 'delete', 'clear'] as const

export type TabIdb = ReturnType<typeof createTabIdb>

/**
 * One tab's view of the shared IndexedDB. The tab can be stopped before any event reaches it; its connections can be
 * lost, and its next write can fail, while the other tabs go on.
 */
export function createTabIdb({ real, gate, ledger, tab, shared, moved, struck, later }: TabIdbParts) {
  const connections = new Set<IDBDatabase>()
  const open = new Map<IDBTransaction, { committing: boolean }>()
  let fault: StorageFault | undefined
  /** The last commit of this tab of which it has not told the others. */
  let untold: number | undefined

  const take = (...kinds: readonly StorageFault[]): StorageFault | undefined => {
    const found = fault && kinds.includes(fault) ? fault : undefined
    if (found) {
      fault = undefined
      struck(found)
    }
    return found
  }

  function adopt(connection: IDBDatabase, name: string, user: string): void {
    connections.add(connection)
    Object.defineProperty(connection, 'name', { value: name })
    guard(gate, connection, ['onversionchange', 'onclose'], false)
    const close = connection.close.bind(connection)
    connection.close = () => {
      connections.delete(connection)
      close()
    }
    const begin = connection.transaction.bind(connection)
    const drops = ledger.drops(user)
    connection.transaction = (tables, mode, options) => {
      // A stopped tab asks nothing: whoever still tries in there finds its connection gone.
      if (gate.state() !== 'open') connection.close()
      const transaction = begin(tables, mode, options)
      follow(transaction, user, () => ledger.drops(user) === drops)
      return transaction
    }
  }

  function follow(transaction: IDBTransaction, user: string, isThere: () => boolean): void {
    const changes: Change[] = []
    const state = { committing: false }
    open.set(transaction, state)
    moved(1)
    const isWrite = transaction.mode === 'readwrite'
    const spoilt = isWrite ? take('quota', 'unknown-error', 'commit', 'hang') : take('hang')
    const door = spoilt === 'hang' ? hung(gate, transaction, later) : gate
    const end = (event: Event) => {
      open.delete(transaction)
      // What still wrote into a deleted database wrote into nothing.
      if (event.type === 'complete' && isThere())
        ledger.commit(user, tab, changes, transaction.objectStoreNames.length)
      if (event.type === 'complete' && changes.length > 0) untold = ledger.commits()
      moved(-1)
    }
    // Dexie tells the other tabs in here.
    const told = () => {
      untold = undefined
    }
    transaction.addEventListener('complete', end)
    transaction.addEventListener('abort', end)
    guard(door, transaction, ['oncomplete', 'onabort', 'onerror'], true, told)
    const commit = transaction.commit.bind(transaction)
    transaction.commit = () => {
      state.committing = true
      if (spoilt === 'commit') transaction.abort()
      else commit()
    }
    const storeOf = transaction.objectStore.bind(transaction)
    const known = new Set<string>()
    transaction.objectStore = (name) => {
      const store = storeOf(name)
      if (known.has(name)) return store
      known.add(name)
      watch(door, store, isWrite ? changes : undefined, spoilt)
      return store
    }
  }

  /** Every request of a store or an index goes through the gate; what is written is noted down. */
  function watch(door: Door, store: IDBObjectStore, changes?: Change[], spoilt?: StorageFault): void {
    guardRequests(door, store)
    const index = store.index.bind(store)
    store.index = (name) => guardRequests(door, index(name))
    if (!changes) return
    for (const verb of WRITES) {
      const write = store[verb].bind(store) as (...args: unknown[]) => IDBRequest
      Object.assign(store, {
        [verb]: (...args: unknown[]) => {
          if (verb === 'put' && (spoilt === 'quota' || spoilt === 'unknown-error'))
            throw new DOMException('spoilt', spoilt === 'quota' ? 'QuotaExceededError' : 'UnknownError')
          const request = write(...args)
          note(changes, store.name, verb, args[0])
          guard(door, request, ['onsuccess', 'onerror'], true)
          return request
        },
      })
    }
  }

  function note(changes: Change[], table: string, verb: (typeof WRITES)[number], given: unknown): void {
    if (verb === 'put' || verb === 'add') changes.push({ table, key: keyOf(table, given), value: given })
    else if (verb === 'delete') changes.push({ table, key: String(given), value: undefined })
  }

  function openNamed(name: string, version?: number): IDBOpenDBRequest {
    const to = shared(name)
    const spoilt = take('open', 'slow-open')
    if (spoilt) return failingOpen(spoilt === 'open' ? gate : late(gate, later))
    const request = version === undefined ? real.open(to.name) : real.open(to.name, version)
    moved(0)
    request.addEventListener('success', () => {
      moved(0)
      if (gate.state() === 'dead') request.result.close()
      else adopt(request.result, name, to.user)
    })
    // An upgrade waits for nobody: a tab that is stopped here has not upgraded.
    request.addEventListener('upgradeneeded', () => {
      if (gate.state() !== 'open') request.transaction?.abort()
    })
    guard(gate, request, ['onsuccess', 'onerror', 'onblocked', 'onupgradeneeded'], true)
    return request
  }

  function deleteNamed(name: string): IDBOpenDBRequest {
    const to = shared(name)
    const request = real.deleteDatabase(to.name)
    request.addEventListener('success', () => {
      moved(0)
      ledger.drop(to.user, tab)
    })
    guard(gate, request, ['onsuccess', 'onerror', 'onblocked'], true)
    return request
  }

  /** What had not been told to commit is undone, as by a browser that ends or stops a page. */
  function abortOpen(): void {
    for (const [transaction, { committing }] of [...open]) if (!committing) attempt(() => transaction.abort())
  }

  return {
    factory: {
      open: openNamed,
      deleteDatabase: deleteNamed,
      databases: () => real.databases(),
      cmp: (a: unknown, b: unknown) => real.cmp(a, b),
    } as IDBFactory,
    abortOpen,
    setFault(next: StorageFault | undefined): void {
      fault = next
    },
    /** The browser takes the connections away and says so. */
    lose(): void {
      struck('connection-lost')
      abortOpen()
      for (const connection of [...connections]) {
        connection.close()
        const { onclose } = connection as unknown as Handlers
        onclose?.call(connection, new Event('close'))
      }
    },
    /** The tab is dead: nothing of it stays open. */
    end(): void {
      abortOpen()
      for (const connection of [...connections]) connection.close()
    },
    untold: () => untold,
    /** Something is being read: a browser that stops a page lets that come to its end. */
    isReading: (): boolean => [...open.keys()].some(({ mode }) => mode === 'readonly'),
  }
}

function attempt(run: () => void): void {
  try {
    run()
  } catch {
    // It had ended already.
  }
}

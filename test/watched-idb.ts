import { platform } from './platform.ts'

/** What one IndexedDB transaction was opened with. */
export interface SeenTransaction {
  readonly tables: readonly string[]
  readonly mode: string
  readonly durability: string | undefined
  /** The rows that were asked for one by one: `table key`. */
  readonly rows: string[]
  /** Requests for a stretch of rows. */
  stretches: number
  done: boolean
}

/** How writes go wrong: each put throws an error of this name, or is refused in its reply; or the commit is refused. */
export type WriteFault = 'QuotaExceededError' | 'UnknownError' | 'in-reply' | 'at-commit'

/** An IndexedDB that tells what was asked of it, and fails when told to. */
export class WatchedFactory implements IDBFactory {
  readonly transactions: SeenTransaction[] = []
  /** Breaks the transactions that write this table; only the next so many, where that is said. */
  fault: { readonly table: string; readonly kind: WriteFault; times?: number } | undefined
  /** Called when a transaction has asked to be committed, before it is. */
  onCommit = () => {}
  opened = 0
  ended = 0
  /** Connections that are open now. */
  connections = 0
  /** Replies to come, to openings and deletions of databases. */
  owed = 0
  readonly #inner = platform.newIndexedDB()
  /** Each open connection, with its transactions under way and what marks them as ended. */
  readonly #open = new Map<IDBDatabase, Map<IDBTransaction, () => void>>()

  /** The database owes a reply. */
  get isBusy(): boolean {
    return this.owed > 0 || this.ended < this.transactions.length
  }

  open(name: string, version?: number): IDBOpenDBRequest {
    this.opened += 1
    const request = this.#count(this.#inner.open(name, version))
    request.addEventListener('success', () => this.#watch(request.result))
    return request
  }

  /** A connection that leaves no trace in `transactions`. */
  openUnseen(name: string): IDBOpenDBRequest {
    return this.#inner.open(name)
  }

  // Bound, because tests put a proxy before the factory.
  readonly databases = () => this.#inner.databases()
  readonly deleteDatabase = (name: string) => this.#count(this.#inner.deleteDatabase(name))
  readonly cmp = (one: unknown, other: unknown) => this.#inner.cmp(one, other)

  /** The browser ends every connection under its page, as it does when the user clears the site's data. */
  loseConnections(): void {
    for (const [db, underWay] of [...this.#open]) {
      platform.endConnection(db, underWay.keys())
      for (const end of underWay.values()) end()
      db.close()
    }
  }

  /** Deletes a database, past everybody. */
  async wipe(name: string): Promise<void> {
    this.loseConnections()
    await asked(this.deleteDatabase(name))
  }

  #count(request: IDBOpenDBRequest): IDBOpenDBRequest {
    this.owed += 1
    const replied = () => {
      this.owed -= 1
    }
    request.addEventListener('success', replied)
    request.addEventListener('error', replied)
    return request
  }

  #watch(db: IDBDatabase): void {
    const close = db.close.bind(db)
    let isOpen = true
    this.connections += 1
    const underWay = new Map<IDBTransaction, () => void>()
    this.#open.set(db, underWay)
    db.close = () => {
      if (isOpen) this.connections -= 1
      isOpen = false
      this.#open.delete(db)
      close()
    }
    const original = db.transaction.bind(db)
    db.transaction = (names, mode = 'readonly', options) => {
      const tables = typeof names === 'string' ? [names] : [...names]
      const transaction = original(names, mode, options)
      const { durability } = transaction
      const seen: SeenTransaction = { tables, mode, durability, rows: [], stretches: 0, done: false }
      this.transactions.push(seen)
      noteReads(transaction, seen)
      const end = () => {
        if (!seen.done) this.ended += 1
        seen.done = true
        underWay.delete(transaction)
      }
      underWay.set(transaction, end)
      transaction.addEventListener('complete', end)
      transaction.addEventListener('abort', end)
      const commit = transaction.commit.bind(transaction)
      transaction.commit = () => {
        commit()
        this.onCommit()
      }
      const { fault } = this
      if (mode === 'readwrite' && fault && tables.includes(fault.table)) {
        spoil(transaction, fault.kind)
        if (fault.times !== undefined) fault.times -= 1
        if (fault.times === 0) this.fault = undefined
      }
      return transaction
    }
  }
}

function noteReads(transaction: IDBTransaction, seen: SeenTransaction): void {
  const original = transaction.objectStore.bind(transaction)
  const noted = new WeakSet<IDBObjectStore>()
  transaction.objectStore = (name) => {
    const store = original(name)
    if (noted.has(store)) return store
    noted.add(store)
    const [get, getAll] = [store.get.bind(store), store.getAll.bind(store)]
    store.get = (key) => {
      seen.rows.push(`${name} ${key}`)
      return get(key)
    }
    store.getAll = (...stretch: Parameters<typeof getAll>) => {
      seen.stretches += 1
      return getAll(...stretch)
    }
    return store
  }
}

function spoil(transaction: IDBTransaction, kind: WriteFault): void {
  if (kind === 'at-commit') {
    transaction.commit = () => transaction.abort()
    return
  }
  const original = transaction.objectStore.bind(transaction)
  transaction.objectStore = (name) => {
    const store = original(name)
    store.put = (row) => {
      if (kind !== 'in-reply') throw new DOMException('spoilt by the test', kind)
      const other = { ...row, eventId: 'spoilt by the test' }
      store.add(other)
      const refused = store.add(other)
      store.delete(other.eventId)
      return refused
    }
    return store
  }
}

export function asked<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error))
  })
}

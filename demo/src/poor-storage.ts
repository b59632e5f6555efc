/** A browser that opens no database, as some private windows do not. */
const CLOSED_FACTORY: IDBFactory = {
  open() {
    throw new DOMException('This window keeps nothing, as its address asks.', 'InvalidStateError')
  },
  deleteDatabase() {
    throw new DOMException('This window keeps nothing, as its address asks.', 'InvalidStateError')
  },
  databases: () => Promise.resolve([]),
  cmp: (a, b) => indexedDB.cmp(a, b),
}

/** For `?storage=…`: the databases of a browser that is worse than this one; nothing where this one will do. */
export function poorStorage(kind: string | null): { readonly indexedDB?: IDBFactory } {
  if (kind === 'full') fillDevice()
  return kind === 'unavailable' ? { indexedDB: CLOSED_FACTORY } : {}
}

/** From now on this page finds no room for an answer; what is kept can be read, and the server's rows have theirs. */
function fillDevice(): void {
  const { prototype } = IDBObjectStore
  for (const name of ['put', 'add'] as const) {
    const real = prototype[name]
    prototype[name] = function (...args) {
      if (this.name === 'outbox')
        throw new DOMException('No room, as the address asks.', 'QuotaExceededError')
      return real.apply(this, args)
    }
  }
}

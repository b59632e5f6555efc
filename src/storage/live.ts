import { liveQuery, type Table } from 'dexie'
import {
  BehaviorSubject,
  catchError,
  concat,
  defer,
  distinctUntilChanged,
  map,
  merge,
  NEVER,
  Observable,
  of,
  retry,
  Subject,
  switchMap,
  tap,
  throwError,
} from 'rxjs'
import { RsvpStoreError } from '../model/errors.ts'
import type { ClockPort, LifecyclePort } from '../ports.ts'
import type { RsvpDatabase } from './database.ts'
import { type StorageState, storageError, storageState } from './health.ts'

/**
 * A value read in one transaction. `turn` orders it against our own writes: a snapshot of turn n holds every
 * write of a turn up to n, because IndexedDB runs a later read after an earlier overlapping write.
 */
export interface Snapshot<T> {
  readonly turn: number
  readonly value: T
}

const REOPEN_MS = 5_000

/** The one door to the database: every transaction is opened here, so that one place knows its health. */
export interface Live {
  readonly storage$: BehaviorSubject<StorageState>
  /** Resolves once everything is on disk; rejects with a storage error, and then nothing is. */
  write<T>(tables: readonly Table[], body: (turn: number) => Promise<T>): Promise<T>
  read<T>(tables: readonly Table[], body: () => Promise<T>): Promise<T>
  /** Re-reads when a table it read changes, in any tab. Emits `empty` while there is no database. */
  watch<T>(tables: readonly Table[], body: () => Promise<T>, empty: T): Observable<Snapshot<T>>
  close(): void
}

export function createLive(
  db: RsvpDatabase,
  /** False where there is no IndexedDB: nothing is opened, and every call says so. */
  available: boolean,
  ports: { readonly clock: ClockPort; readonly lifecycle: LifecyclePort },
): Live {
  const { clock, lifecycle } = ports
  const storage$ = new BehaviorSubject<StorageState>(available ? 'opening' : 'unavailable')
  const awake$ = new BehaviorSubject(lifecycle.state() !== 'frozen')
  const lost$ = new Subject<void>()
  let turns = 0
  let closed = false

  db.on('versionchange', () => {
    db.close({ disableAutoOpen: true }) // let the newer version in, and never write under its schema
    storage$.next('outdated')
  })
  db.on('close', () => lost$.next())
  db.on('blocked', () => storage$.next('blocked'))

  const stopLifecycle = available ? lifecycle.watch(lifecycleChanged) : () => undefined

  /** A frozen page that holds a connection blocks the writes and upgrades of every other tab. */
  function lifecycleChanged(): void {
    const awake = lifecycle.state() !== 'frozen'
    if (awake === awake$.value) return
    awake$.next(awake)
    if (!awake) db.close({ disableAutoOpen: false })
  }

  async function guarded<T>(work: () => Promise<T>): Promise<T> {
    if (closed) throw new RsvpStoreError('closed', 'The store is closed.')
    try {
      if (!available) throw new RsvpStoreError('storage-unavailable', 'There is no IndexedDB here; nothing was stored.')
      if (storage$.value === 'outdated') throw { name: 'VersionError' }
      const result = await open().then(work)
      storage$.next('ready')
      return result
    } catch (error) {
      const known = storageError(error)
      if (!closed && known.code.startsWith('storage')) storage$.next(storageState(known))
      throw known
    }
  }

  /** A newer schema on disk would be written to silently: Dexie never says so itself. */
  async function open(): Promise<void> {
    if (!db.isOpen()) await db.open()
    if (db.backendDB().version > db.verno * 10) throw { name: 'VersionError' }
  }

  function write<T>(tables: readonly Table[], body: (turn: number) => Promise<T>): Promise<T> {
    return guarded(() =>
      db.transaction('rw', [...tables], async (transaction) => {
        turns += 1
        const result = await body(turns)
        // Ends the transaction now, not when the page next runs: a frozen tab must not hold it.
        ;(transaction.idbtrans as IDBTransaction).commit?.()
        return result
      }),
    )
  }

  function read<T>(tables: readonly Table[], body: () => Promise<T>): Promise<T> {
    return guarded(() => db.transaction('r', [...tables], body))
  }

  function watch<T>(tables: readonly Table[], body: () => Promise<T>, empty: T): Observable<Snapshot<T>> {
    if (!available) return concat(of({ turn: 0, value: empty }), NEVER)
    const rows$ = new Observable<Snapshot<T>>((observer) =>
      liveQuery(async () => {
        const turn = turns
        return { turn, value: await db.transaction('r', [...tables], body) }
      }).subscribe(observer),
    )
    let emitted = false
    // liveQuery is silent when the database cannot be opened: open first, and say what happened.
    const opened$ = defer(() => guarded(async () => undefined)).pipe(
      switchMap(() => rows$),
      tap(() => {
        emitted = true
      }),
      catchError((error: unknown) => {
        const failed$ = throwError(() => error)
        return emitted ? failed$ : concat(of({ turn: turns, value: empty }), failed$)
      }),
      retry({ delay: () => at$(clock, clock.now() + REOPEN_MS) }),
    )
    // switchMap: a sleeping page must hold no query, and a lost connection has silenced the one before.
    return merge(awake$.pipe(distinctUntilChanged()), lost$.pipe(map(() => awake$.value))).pipe(
      switchMap((awake) => (awake ? opened$ : NEVER)),
    )
  }

  function close(): void {
    closed = true
    stopLifecycle()
    awake$.next(false)
    db.close({ disableAutoOpen: true })
  }

  return { storage$, write, read, watch, close }
}

/** Emits once, at that moment. */
export function at$(clock: ClockPort, moment: number): Observable<void> {
  return new Observable((observer) => clock.at(moment, () => observer.next()))
}

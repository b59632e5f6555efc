import type { Table } from 'dexie'
import { BehaviorSubject, type Observable, Subject } from 'rxjs'
import { RsvpStoreError } from '../model/errors.ts'
import type { StorageState } from '../model/status.ts'
import type { ClockPort, LifecyclePort } from '../ports.ts'
import { type Changes, type TurnChanges, watchChanges } from './changes.ts'
import { type RsvpDatabase, type Tables, tablesOf } from './database.ts'
import { mendOf, storageError, storageState } from './health.ts'
import { type Begun, inTime } from './patience.ts'
import { createUnderWay } from './under-way.ts'
import { type Query, type Snapshot, watchQuery } from './watch.ts'

/** Runs a transaction, and tells which one it is. */
type Work<T> = (begun: Begun) => PromiseLike<T>

/** The one door to the database: every transaction is opened here, so that one place knows its health. */
export interface Live {
  readonly storage$: BehaviorSubject<StorageState>
  /** Resolves once everything is on disk; rejects with a storage error, and then nothing is. */
  write<T>(tables: readonly Table[], body: (db: Tables, turn: number) => PromiseLike<T>): Promise<T>
  read<T>(tables: readonly Table[], body: (db: Tables) => PromiseLike<T>): Promise<T>
  /** Reads now, and again after each commit that may have changed it, in any tab. */
  watch<T>(query: Query<T>): Observable<Snapshot<T>>
  close(): void
}

export function createLive(
  db: RsvpDatabase,
  /** False where there is no IndexedDB: nothing is opened, and every call says so. */
  available: boolean,
  { clock, lifecycle }: { readonly clock: ClockPort; readonly lifecycle: LifecyclePort },
  /** Gives back the room that can be given back. */
  prune: () => PromiseLike<unknown>,
): Live {
  const storage$ = new BehaviorSubject<StorageState>(available ? 'opening' : 'unavailable')
  const isAwake = () => lifecycle.state() !== 'frozen'
  /** A page that slept holds no query, and a lost connection has silenced those there were. */
  const restart$ = new Subject<void>()
  const changes$ = new Subject<TurnChanges>()
  const turnOf = new WeakMap<object, number>()
  const heard = (changes: Changes) =>
    changes$.next({ ...changes, turn: changes.writer && turnOf.get(changes.writer) })
  const stopChanges = available ? watchChanges(db.name, heard) : () => {}
  let awake = isAwake()
  const underWay = createUnderWay()
  let turns = 0
  /** Those of writes of which nothing has come back yet. */
  const writing = new Set<number>()
  /** Connections that were lost, or given up. */
  let connections = 0
  let opened = false
  let closed = false

  db.on('versionchange', ({ newVersion }) => {
    // Lets the newer version in; what is written under its schema by old code stays broken. A database that somebody
    // deleted begins anew, as a lost connection does.
    if (newVersion) storage$.next('outdated')
    db.close({ disableAutoOpen: newVersion !== null })
  })
  db.on('blocked', () => storage$.next('blocked'))
  db.on('close', lost)

  /** Queries that stood on the connection are silent for good: they begin again. */
  function lost(): void {
    connections += 1
    const wasOpen = opened
    opened = false
    // A database that never opened is tried again in its own time.
    if (wasOpen) restart$.next()
  }

  /** A frozen page that holds a connection, or a transaction, blocks the writes and upgrades of every other tab. */
  function letGo(): void {
    if (!isAwake()) db.close({ disableAutoOpen: false })
  }
  const stopLifecycle = lifecycle.watch(() => {
    if (isAwake() === awake) return
    awake = isAwake()
    restart$.next()
    letGo()
    if (!awake) underWay.takeBack()
  })

  async function guarded<T>(work?: Work<T>): Promise<T | undefined> {
    try {
      const connection = connections
      const result = await attempt(work).catch(async (error) => {
        if (!(await mended(error, connection))) throw error
        return attempt(work)
      })
      if (storage$.value !== 'outdated') storage$.next('ready') // which stays, whatever was under way
      return result
    } catch (error) {
      const known = storageError(error)
      const state = storageState(known)
      // `blocked` is told by the browser itself, and says more.
      if (state && !(state === 'unavailable' && storage$.value === 'blocked')) storage$.next(state)
      throw known
    } finally {
      letGo() // a hidden page goes on for a while
    }
  }

  async function attempt<T>(work?: Work<T>): Promise<T | undefined> {
    if (closed) throw new RsvpStoreError('closed', 'The store is closed.')
    if (!available) throw { name: 'MissingAPIError' }
    let taken = () => {}
    const takenBack = new Promise<never>((_, reject) => {
      taken = () => reject({ name: 'AbortError' })
    })
    const run = async (begun: Begun) => {
      if (!isAwake()) await clock.pause() // a frozen page opens nothing: it comes no further until it wakes
      if (!db.isOpen() && storage$.value !== 'outdated') await db.open()
      opened = true
      // Dexie opens a newer schema without a word, and would write to it.
      if (storage$.value === 'outdated' || db.backendDB().version > db.verno * 10)
        throw { name: 'VersionError' }
      return work?.((transaction) => {
        underWay.add(transaction, taken)
        begun(transaction)
      })
    }
    return Promise.race([inTime(clock, run, () => storage$.next('unavailable')), takenBack])
  }

  /** Has the reason for the failure been put right, so that a second try makes sense? */
  async function mended(error: unknown, connection: number): Promise<boolean> {
    const mend = mendOf(error)
    if (mend === 'prune') await prune()
    // Whoever fails first gives the connection up, for all that stand on it.
    if (mend === 'reopen' && connection === connections) {
      db.close({ disableAutoOpen: false })
      lost()
    }
    return mend !== undefined
  }

  const read = <T>(tables: readonly Table[], body: (db: Tables) => PromiseLike<T>) =>
    guarded((begun) =>
      db.transaction('r!', tables, (transaction) => {
        begun(transaction)
        return body(tablesOf(transaction))
      }),
    ) as Promise<T>

  const write = <T>(tables: readonly Table[], body: (db: Tables, turn: number) => PromiseLike<T>) => {
    const mine: number[] = []
    const done = guarded((begun) =>
      db.transaction('rw!', tables, async (transaction) => {
        begun(transaction)
        turns += 1
        const turn = turns
        mine.push(turn)
        writing.add(turn)
        turnOf.set(transaction.idbtrans, turn)
        const result = await body(tablesOf(transaction), turn)
        // Ends the transaction now, not when the page next runs: a frozen tab must not hold it.
        ;(transaction.idbtrans as IDBTransaction).commit?.()
        return result
      }),
    )
    return done.finally(() => mine.map((turn) => writing.delete(turn))) as Promise<T>
  }

  const readSnapshot = <T>({ tables, read }: Query<T>): Promise<Snapshot<T>> =>
    inTime(
      clock,
      async (begun) => {
        const turn = turns
        const hasHeard = () => writing.size === 0 || Math.min(...writing) > turn
        return db.transaction('r!', tables, async (transaction) => {
          begun(transaction)
          underWay.add(transaction)
          return { turn, value: await read(tablesOf(transaction), hasHeard) }
        })
      },
      () => {},
    )

  const watch = <T>(query: Query<T>): Observable<Snapshot<T>> =>
    watchQuery(query, {
      available,
      clock,
      isAwake,
      open: guarded,
      read: readSnapshot,
      changes$,
      restart$,
    })

  function close(): void {
    closed = true
    stopLifecycle()
    stopChanges()
    db.close()
  }

  return { storage$, write, read, watch, close }
}

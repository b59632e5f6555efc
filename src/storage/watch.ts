import type { Table } from 'dexie'
import { NEVER, Observable } from 'rxjs'
import type { ClockPort, Stop } from '../ports.ts'
import type { TurnChanges } from './changes.ts'
import type { Tables } from './database.ts'

/**
 * A value read in one transaction. `turn` orders it against our own writes: a snapshot of turn n holds every
 * write of a turn up to n, because IndexedDB runs a later read after an earlier overlapping write.
 */
export interface Snapshot<T> {
  readonly turn: number
  readonly value: T
}

/** What is read again whenever it may have changed. */
export interface Query<T> {
  readonly tables: readonly Table[]
  /** `hasHeard`: of each of our own commits that it can see, as soon as it has its first reply. */
  readonly read: (db: Tables, hasHeard: () => boolean) => PromiseLike<T>
  /** Whether a commit may have changed it; with nothing given, anything may have happened. */
  readonly isTouched: (changes?: TurnChanges) => boolean
  /** Other reasons to read again. */
  readonly pokes$?: Observable<unknown>
  /** Stands for the value as long as there is no database. */
  readonly empty: T
}

/** What watching asks of the connection. */
export interface Watching {
  readonly available: boolean
  readonly clock: ClockPort
  readonly isAwake: () => boolean
  /** Resolves when the database is open; rejects when it cannot be. */
  readonly open: () => Promise<unknown>
  readonly read: <T>(query: Query<T>) => PromiseLike<Snapshot<T>>
  readonly changes$: Observable<TurnChanges>
  /** What was being read comes to nothing any more, and changes may have been missed. */
  readonly restart$: Observable<void>
}

/** From one try to the next: a page that slept in the middle of one has waited long enough. */
const REOPEN_MS = 5_000

/** Emits what is read, and what is read again; one read at a time. Never errors: what fails is tried again. */
export const watchQuery = <T>(query: Query<T>, watching: Watching): Observable<Snapshot<T>> =>
  new Observable((observer) => {
    const { available, clock, isAwake, open, read, changes$, restart$ } = watching
    const { isTouched, pokes$ = NEVER, empty } = query
    let isFirst = true
    let stopRetry: Stop | undefined
    /** The present run: what an earlier one comes to counts no more. */
    let run: { isReading: boolean; isStale: boolean } | undefined

    const tell = (snapshot: Snapshot<T>) => {
      isFirst = false
      observer.next(snapshot)
    }
    const end = () => {
      run = undefined
      stopRetry?.()
    }
    const begin = () => {
      end()
      if (!isAwake()) return
      isTouched()
      run = { isReading: false, isStale: true }
      void readOn(run, open)
    }
    const poke = () => {
      if (!run) return
      run.isStale = true
      if (!run.isReading) void readOn(run)
    }

    /** A read that begins when nobody waits for it any more must not take what is to be read from the one that does. */
    function readIn(mine: typeof run, ...given: Parameters<Query<T>['read']>): PromiseLike<T> {
      if (run !== mine) throw { name: 'AbortError' }
      return query.read(...given)
    }

    async function readOn(mine: NonNullable<typeof run>, before?: () => Promise<unknown>): Promise<void> {
      mine.isReading = true
      const began = clock.elapsed()
      try {
        await before?.()
        while (mine.isStale && run === mine) {
          mine.isStale = false
          const snapshot = await read({ ...query, read: (...given) => readIn(mine, ...given) })
          if (run === mine) tell(snapshot)
        }
        mine.isReading = false
      } catch {
        if (run !== mine) return
        run = undefined
        if (isFirst) tell({ turn: 0, value: empty })
        stopRetry = clock.after(Math.max(began + REOPEN_MS - clock.elapsed(), 0), begin)
      }
    }

    if (available) begin()
    else tell({ turn: 0, value: empty })
    const subscription = restart$.subscribe(begin)
    subscription.add(changes$.subscribe((changes) => isTouched(changes) && poke()))
    subscription.add(pokes$.subscribe(poke))
    subscription.add(end)
    return subscription
  })

/** What the store needs from outside. Types only: `adapters/` has the real ones and the fakes. */

export type Stop = () => void

/** Sends one request; the global `fetch` fits, and so does the API double's. */
export type FetchPort = (request: Request) => Promise<Response>

export interface ClockPort {
  /** Epoch milliseconds. */
  now(): number
  /** Calls `run` once, at that moment or as soon after as the platform allows; never synchronously. */
  at(moment: number, run: () => void): Stop
  /** Milliseconds since some moment; goes on evenly, whatever becomes of the time of day. */
  elapsed(): number
  /** Calls `run` once, when so many milliseconds have passed; never synchronously. */
  after(ms: number, run: () => void): Stop
  /** Gives the main thread back to the app, for one task. */
  pause(): Promise<void>
}

/** A number in [0, 1). */
export type RandomPort = () => number

export interface ConnectivityPort {
  /** False only when the platform is sure that there is no network. */
  online(): boolean
  /** Calls `changed` after each change of `online()`. */
  watch(changed: () => void): Stop
}

/** `frozen` also stands for a page that is hidden where that means it may be suspended at any moment (iOS). */
export type LifecycleState = 'visible' | 'hidden' | 'frozen'

export interface LifecyclePort {
  state(): LifecycleState
  /** Calls `changed` after each change of `state()`; at once, so that the store can let go before a freeze. */
  watch(changed: () => void): Stop
}

export interface LocksPort {
  /** Runs `work` while no other tab or worker runs one of the same name. */
  withLock<T>(name: string, work: () => Promise<T>): Promise<T>
  /** Is somebody alive inside `withLock` of this name? True also where nobody can tell. */
  isHeld(name: string): Promise<boolean>
}

/** Where rows are kept; give both halves, or a factory where `IDBKeyRange` is a global. */
export type IndexedDbPort =
  | IDBFactory
  | { readonly indexedDB: IDBFactory; readonly IDBKeyRange: typeof IDBKeyRange }

/** A few characters kept outside IndexedDB, by name. Neither call may throw. */
export interface WitnessPort {
  get(name: string): string | null
  /** `null` forgets the name. */
  set(name: string, text: string | null): void
}

export interface Ports {
  readonly fetch: FetchPort
  readonly clock: ClockPort
  readonly random: RandomPort
  readonly connectivity: ConnectivityPort
  readonly lifecycle: LifecyclePort
  readonly locks: LocksPort
  /** `undefined` where there is none (SSR): the store then is inert and says so. */
  readonly indexedDB: IndexedDbPort | undefined
  /** Asks the browser not to evict this origin's data; `undefined` where nobody can be asked. */
  readonly persist: (() => Promise<boolean>) | undefined
  /** Tells the next start that the browser has deleted the database; `undefined` where there is no such place. */
  readonly witness: WitnessPort | undefined
}

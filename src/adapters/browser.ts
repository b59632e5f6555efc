import type { ClockPort, LifecyclePort, LocksPort, Ports, Stop, WitnessPort } from '../ports.ts'
import { lastingIndexedDB } from './lasting-idb.ts'

/** Timers overflow at 2^31 ms and then fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

function after(ms: number, run: () => void): Stop {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

export const systemClock: ClockPort = {
  now: () => Date.now(),
  at(moment, run) {
    let stop: Stop
    // Timers may fire a moment early, and the clock may be set back: look again.
    const arm = () => {
      const wait = Math.min(Math.max(moment - Date.now(), 0), LONGEST_TIMER_MS)
      stop = after(wait, () => (Date.now() < moment ? arm() : run()))
    }
    arm()
    return () => stop()
  },
  elapsed: () => performance.now(),
  after,
  async pause() {
    const { scheduler } = globalThis as { scheduler?: { yield?: () => Promise<void> } }
    await (scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve)))
  },
}

/** Listens where there is something to listen on; also to what is the document's own and does not bubble. */
function listen(types: string, heard: (event: Event) => void): Stop {
  const listening = new AbortController()
  const options = { capture: true, signal: listening.signal }
  for (const type of types.split(' ')) globalThis.addEventListener?.(type, heard, options)
  return () => listening.abort()
}

function browserLifecycle(page: Document | undefined): LifecyclePort {
  let frozen = false
  // Safari on touch has no `freeze`: there a hidden page may be suspended at any moment, with its connections open.
  const mayFreeze = page && !('onfreeze' in page) && navigator.maxTouchPoints > 1
  return {
    state() {
      const shown = page?.visibilityState ?? 'visible'
      return frozen || (mayFreeze && shown === 'hidden') ? 'frozen' : shown
    },
    watch: (changed) =>
      listen('freeze resume visibilitychange pagehide pageshow', ({ type }) => {
        if (type !== 'visibilitychange') frozen = type === 'freeze' || type === 'pagehide'
        changed()
      }),
  }
}

/** Web Locks exist in secure contexts only; without them a tab is careful for itself. */
const browserLocks: LocksPort = {
  withLock: async (name, work) => globalThis.navigator?.locks?.request(name, work) ?? work(),
  isHeld: async (name) =>
    (await globalThis.navigator?.locks?.query())?.held?.some((lock) => lock.name === name) ?? true,
}

/** localStorage may be forbidden, or full: then nobody remembers. */
function quietly<T>(work: () => T): T | null {
  try {
    return work()
  } catch {
    return null
  }
}

const browserWitness: WitnessPort = {
  get: (name) => quietly(() => localStorage.getItem(name)),
  set: (name, text) =>
    void quietly(() => (text === null ? localStorage.removeItem(name) : localStorage.setItem(name, text))),
}

/** The real ports of a page, a worker or Node, read from the globals when the store is made, not at import. */
export function browserPorts(): Ports {
  const { navigator, document, indexedDB } = globalThis
  return {
    fetch: (request) => globalThis.fetch(request),
    clock: systemClock,
    random: Math.random,
    connectivity: {
      online: () => navigator?.onLine !== false,
      watch: (changed) => listen('online offline', changed),
    },
    lifecycle: browserLifecycle(document),
    locks: browserLocks,
    indexedDB: indexedDB && document ? lastingIndexedDB(indexedDB, document) : indexedDB,
    witness: document && browserWitness,
    persist: navigator?.storage?.persist && (() => navigator.storage.persist()),
  }
}

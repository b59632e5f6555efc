import type { ClockPort, ConnectivityPort, LifecyclePort, LifecycleState, LocksPort, Ports } from '../ports.ts'

/** Timers overflow at 2^31 ms and then fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

export const systemClock: ClockPort = {
  now: () => Date.now(),
  at(moment, run) {
    let timer: ReturnType<typeof setTimeout>
    const arm = () => {
      const wait = Math.max(0, moment - Date.now())
      // Timers may fire a moment early, and the clock may be set back: look again.
      timer = setTimeout(() => (Date.now() >= moment ? run() : arm()), Math.min(wait, LONGEST_TIMER_MS))
    }
    arm()
    return () => clearTimeout(timer)
  },
  pause() {
    const { scheduler } = globalThis as { scheduler?: { yield?: () => Promise<void> } }
    return scheduler?.yield?.() ?? new Promise((resolve) => setTimeout(resolve, 0))
  },
}

/** Listens to several DOM events where there is something to listen on. */
function listen(target: EventTarget | undefined, types: readonly string[], listener: () => void): () => void {
  for (const type of types) target?.addEventListener(type, listener)
  return () => {
    for (const type of types) target?.removeEventListener(type, listener)
  }
}

/** A page or a worker, but not Node, has events of its own. */
const scope = (): EventTarget | undefined =>
  typeof globalThis.addEventListener === 'function' ? (globalThis as unknown as EventTarget) : undefined

const browserConnectivity: ConnectivityPort = {
  online: () => globalThis.navigator?.onLine !== false,
  watch: (changed) => listen(scope(), ['online', 'offline'], changed),
}

/** Safari has no `freeze`: there a hidden page may be suspended at any moment, with its connections open. */
const freezes = (): boolean => typeof document !== 'undefined' && 'onfreeze' in document

function browserLifecycle(): LifecyclePort {
  let frozen = false
  const page = () => (typeof document === 'undefined' ? undefined : document)
  const hidden = () => page()?.visibilityState === 'hidden'
  const isTouchSafari = () => !freezes() && (globalThis.navigator?.maxTouchPoints ?? 0) > 1

  const state = (): LifecycleState => {
    if (frozen || (hidden() && isTouchSafari())) return 'frozen'
    return hidden() ? 'hidden' : 'visible'
  }
  return {
    state,
    watch(changed) {
      const set = (next: boolean) => () => {
        frozen = next
        changed()
      }
      const stops = [
        listen(page(), ['freeze'], set(true)),
        listen(page(), ['resume'], set(false)),
        listen(page() && scope(), ['pagehide'], set(true)),
        listen(page() && scope(), ['pageshow'], set(false)),
        listen(page(), ['visibilitychange'], changed),
      ]
      return () => {
        for (const stop of stops) stop()
      }
    },
  }
}

/** Web Locks exist in secure contexts only; without them a tab is careful for itself. */
const browserLocks: LocksPort = {
  withLock: (name, work) => globalThis.navigator?.locks?.request(name, work) ?? work(),
}

/** The real ports of a page, a worker or Node, read from the globals when the store is made, not at import. */
export function browserPorts(): Ports {
  const storage = globalThis.navigator?.storage
  return {
    fetch: (request) => globalThis.fetch(request),
    clock: systemClock,
    random: Math.random,
    connectivity: browserConnectivity,
    lifecycle: browserLifecycle(),
    locks: browserLocks,
    indexedDB: globalThis.indexedDB,
    persist: storage?.persist && (() => storage.persist()),
  }
}

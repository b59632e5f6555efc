import type {
  ClockPort,
  ConnectivityPort,
  FetchPort,
  LifecyclePort,
  LifecycleState,
  LocksPort,
  RandomPort,
  Stop,
  WitnessPort,
} from '../ports.ts'

/** A clock that moves only when it is told to. */
export interface FakeClock extends ClockPort {
  /** Moves time on by `ms`, running what falls due on the way, in order. */
  advance(ms: number): void
  /** Sets the time, as a user or a network may, forwards or back; runs nothing. */
  set(moment: number): void
  /** Lets time pass while nothing runs, as on a device that sleeps; what fell due runs with the next `advance`. */
  sleep(ms: number): void
  /** The moments for which somebody waits, soonest first. */
  alarms(): readonly number[]
}

export function createFakeClock(now = Date.UTC(2026, 0, 1)): FakeClock {
  interface Alarm {
    moment: number
    /** Waits for time to pass, not for a time of day. */
    readonly isSpan: boolean
    readonly run: () => void
  }
  const alarms = new Set<Alarm>()
  const soonest = () => [...alarms].sort((a, b) => a.moment - b.moment)
  let current = now
  let setBy = 0
  const wait = (alarm: Alarm): Stop => {
    alarms.add(alarm)
    return () => alarms.delete(alarm)
  }
  return {
    now: () => current,
    at: (moment, run) => wait({ moment: Math.max(moment, current), isSpan: false, run }),
    elapsed: () => current - setBy,
    after: (ms, run) => wait({ moment: current + ms, isSpan: true, run }),
    pause: () => new Promise((resolve) => setTimeout(resolve)),
    advance(ms) {
      const end = current + ms
      for (let next = soonest()[0]; next && next.moment <= end; next = soonest()[0]) {
        alarms.delete(next)
        current = Math.max(current, next.moment)
        next.run()
      }
      current = end
    },
    set(moment) {
      for (const alarm of alarms) if (alarm.isSpan) alarm.moment += moment - current
      setBy += moment - current
      current = moment
    },
    sleep(ms) {
      current += ms
    },
    alarms: () => soonest().map(({ moment }) => moment),
  }
}

/** The same numbers for the same seed (mulberry32). */
export function createFakeRandom(seed = 1): RandomPort {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = state
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function createListeners() {
  const listeners = new Set<() => void>()
  return {
    watch(changed: () => void): Stop {
      listeners.add(changed)
      return () => listeners.delete(changed)
    },
    tell(): void {
      for (const listener of [...listeners]) listener()
    },
  }
}

export interface FakeConnectivity extends ConnectivityPort {
  set(online: boolean): void
}

export function createFakeConnectivity(online = true): FakeConnectivity {
  const { watch, tell } = createListeners()
  let current = online
  return {
    online: () => current,
    watch,
    set(next) {
      current = next
      tell()
    },
  }
}

export interface FakeLifecycle extends LifecyclePort {
  set(state: LifecycleState): void
}

export function createFakeLifecycle(state: LifecycleState = 'visible'): FakeLifecycle {
  const { watch, tell } = createListeners()
  let current = state
  return {
    state: () => current,
    watch,
    set(next) {
      current = next
      tell()
    },
  }
}

/** Locks within one process; share one between the stores that stand for tabs. A new one knows of no living tab. */
export function createFakeLocks(): LocksPort {
  const lastByName = new Map<string, Promise<unknown>>()
  return {
    withLock(name, work) {
      const turn = (lastByName.get(name) ?? Promise.resolve()).then(work, work)
      lastByName.set(name, turn)
      const done = () => lastByName.get(name) === turn && lastByName.delete(name)
      turn.then(done, done)
      return turn
    },
    isHeld: async (name) => lastByName.has(name),
  }
}

/** Remembers in memory; share one between the stores of one origin. */
export function createFakeWitness(): WitnessPort {
  const textByName = new Map<string, string>()
  return {
    get: (name) => textByName.get(name) ?? null,
    set: (name, text) => void (text === null ? textByName.delete(name) : textByName.set(name, text)),
  }
}

/** A network that can be cut; while it is, requests fail as `fetch` does. */
export interface FakeNetwork {
  readonly fetch: FetchPort
  /** False: every request fails at once and nothing reaches the server. */
  up: boolean
  /** `METHOD /path` of each request that was sent, in order. */
  readonly log: readonly string[]
}

export function createFakeNetwork(server: FetchPort): FakeNetwork {
  const log: string[] = []
  const network: FakeNetwork = {
    up: true,
    log,
    fetch: async (request) => {
      const { pathname, search } = new URL(request.url)
      log.push(`${request.method} ${pathname}${search}`)
      if (!network.up) throw new TypeError('Failed to fetch')
      return server(request)
    },
  }
  return network
}

import { createApiDouble } from '../src/double/api-double.ts'
import type { Served } from './double-control.ts'

const EVENTS = 60
const MOST_EVENTS = 20_000
const PREFIX = /^\/worlds\/(\d{1,6})(?=\/)/

/** An address below `/worlds/5000` is of a double with so many events; every other one is of the usual double. */
export interface Addressed {
  readonly served: Served
  /** What the double itself is asked. */
  readonly path: string
}

/** The doubles that are being served: each is made when it is first asked, and knows nothing of the others. */
export function createSampleWorlds(): (url: string) => Addressed {
  const servedByEvents = new Map<number, Served>()
  return (url) => {
    const [prefix = '', asked] = PREFIX.exec(url) ?? []
    const events = Math.min(asked === undefined ? EVENTS : Number(asked), MOST_EVENTS)
    const served = servedByEvents.get(events) ?? createServed(events)
    servedByEvents.set(events, served)
    return { served, path: url.slice(prefix.length) }
  }
}

function createServed(events: number): Served {
  const fresh = () => createApiDouble({ events, users: ['ada', 'bob'] })
  const served: Served = {
    api: fresh(),
    reset: () => {
      served.api = fresh()
    },
  }
  return served
}

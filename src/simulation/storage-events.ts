import Dexie from 'dexie'
import type { Stop } from '../ports.ts'
import type { Gate } from './gate.ts'

export interface Listener {
  /** How this tab's databases begin; no two tabs share one. */
  readonly prefix: string
  readonly gate: Gate
}

type Parts = Record<string, unknown>

const PART = /^idb:\/\/([^/]+)(\/.*)$/

/**
 * What one tab wrote, told to the others. In a browser that is a broadcast; here all tabs share one Dexie, so each tab
 * has database names of its own, and what is said of one tab's is passed on under the names of the others.
 */
export function passOnStorageEvents(tabs: () => readonly Listener[], later: (run: () => void) => void): Stop {
  const event = Dexie.on.storagemutated as unknown as {
    fire(parts: Parts): void
    subscribers: ((parts: Parts) => void)[]
    subscribe(heard: (parts: Parts) => void): void
    unsubscribe(heard: (parts: Parts) => void): void
  }
  const before = new Set(event.subscribers)
  let passing = false

  function heard(parts: Parts): void {
    if (passing) return
    const [first = ''] = Object.keys(parts)
    const writer = PART.exec(first)?.[1] ?? ''
    const from = tabs().find(({ prefix }) => prefix === writer)
    if (!from) return
    for (const to of tabs()) {
      if (to === from || to.gate.state() === 'dead') continue
      const renamed = Object.fromEntries(
        Object.entries(parts).map(([key, range]) => [key.replace(PART, `idb://${to.prefix}$2`), range]),
      )
      later(() => to.gate.pass(() => fire(renamed)))
    }
  }

  function fire(parts: Parts): void {
    passing = true
    try {
      event.fire(parts)
    } finally {
      passing = false
    }
  }

  event.subscribe(heard)
  return () => {
    // Also the live queries of dead tabs, which nobody can end any more.
    for (const subscriber of [...event.subscribers]) {
      if (!before.has(subscriber)) event.unsubscribe(subscriber)
    }
  }
}

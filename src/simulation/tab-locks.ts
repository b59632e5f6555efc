import type { LocksPort } from '../ports.ts'
import type { Gate } from './gate.ts'

interface Claim {
  readonly gate: Gate
  readonly start: () => void
}

export type LockTable = ReturnType<typeof createLockTable>

/** The Web Locks of one origin: first come, first served; a dead tab's are free, a frozen one's are not. */
export function createLockTable() {
  const queues = new Map<string, Claim[]>()

  function next(name: string): void {
    const [first] = queues.get(name) ?? []
    if (!first) queues.delete(name)
    else
      Promise.resolve().then(() => {
        if (queues.get(name)?.[0] === first) first.gate.pass(first.start)
      })
  }

  function leave(name: string, claim: Claim): void {
    const queue = queues.get(name) ?? []
    const place = queue.indexOf(claim)
    if (place < 0) return
    queue.splice(place, 1)
    if (place === 0) next(name)
  }

  function locksOf(gate: Gate): LocksPort {
    return {
      withLock: (name, work) =>
        new Promise((resolve, reject) => {
          const claim: Claim = {
            gate,
            start: () => {
              const done = work()
              done.then(resolve, reject)
              const free = () => leave(name, claim)
              done.then(free, free)
            },
          }
          const queue = queues.get(name) ?? []
          queue.push(claim)
          queues.set(name, queue)
          if (queue.length === 1) next(name)
        }),
      isHeld: async (name) => queues.has(name),
    }
  }

  /** Frees what a dead tab held, and forgets what it waited for. */
  function freeAll(gate: Gate): void {
    for (const [name, queue] of queues) {
      for (const claim of queue.filter((one) => one.gate === gate)) leave(name, claim)
    }
  }

  return { locksOf, freeAll }
}

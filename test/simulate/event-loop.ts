import { OBSERVER_THREW } from '../../src/testing.ts'

/**
 * Node orders timers and immediates by the real time that has passed, which no seed can repeat. While this loop is in
 * charge, everything that would be a task of its own waits in one queue, first come, first served.
 */
export interface EventLoop {
  /** Runs every task that waits now, each with all its promises. */
  turn(): Promise<void>
  /** Gives the globals back. */
  leave(): void
}

type Task = { readonly run: () => void }

export function takeOverEventLoop(): EventLoop {
  const real = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setImmediate: globalThis.setImmediate,
    clearImmediate: globalThis.clearImmediate,
  }
  let queue: Task[] = []
  const add = (run: (...args: unknown[]) => void, args: unknown[]) => {
    const task = { run: () => run(...args) }
    queue.push(task)
    return task
  }
  const drop = (task: unknown) => {
    queue = queue.filter((one) => one !== task)
  }
  Object.assign(globalThis, {
    setTimeout: (run: () => void, ms = 0, ...args: unknown[]) =>
      ms > 0 ? real.setTimeout(run, ms, ...args) : add(run, args),
    clearTimeout: (task: never) => {
      drop(task)
      real.clearTimeout(task)
    },
    setImmediate: (run: () => void, ...args: unknown[]) => add(run, args),
    clearImmediate: drop,
  })

  /** Resolves when no promise has anything left to do. */
  const settle = () => new Promise<void>((resolve) => real.setImmediate(resolve))

  return {
    async turn() {
      for (let left = queue.length; left > 0; left -= 1) {
        const task = queue.shift()
        if (!task) break
        attempt(task)
        await settle()
      }
      await settle()
    },
    leave: () => void Object.assign(globalThis, real),
  }
}

/** What an observer throws comes up here, as it would as an uncaught error; anything else is a bug of ours. */
function attempt({ run }: Task): void {
  try {
    run()
  } catch (error) {
    if (!(error instanceof Error && error.message === OBSERVER_THREW)) throw error
  }
}

import type { ClockPort, Stop } from '../ports.ts'

/** Nobody tells of a component that suspends and is given up: one that has not asked again for so long has gone. */
export const ASK_AGAIN_MS = 10_000

/** The components that suspend until there is a value, and cannot subscribe before. */
export interface Suspended {
  /** The same promise for all, until they are woken. */
  wait(): Promise<void>
  wake(): void
  /** Are they taken to be there? */
  isExpected(): boolean
  /** Takes them to be there from now on, for as long as they ask again when they are woken. */
  expect(): void
  /** Does so no longer: somebody has subscribed, who tells when they go. */
  forget(): void
}

export function createSuspended(clock: Pick<ClockPort, 'after'>, gone: () => void): Suspended {
  let waiting: { readonly promise: Promise<void>; readonly resolve: () => void } | undefined
  let stopAlarm: Stop | undefined
  let isAsked = false

  function wake(): void {
    waiting?.resolve()
    waiting = undefined
  }

  function setAlarm(): void {
    stopAlarm = clock.after(ASK_AGAIN_MS, () => {
      stopAlarm = undefined
      if (isAsked) setAlarm()
      else gone()
      isAsked = false
      wake()
    })
  }

  return {
    wake,
    wait() {
      isAsked = true
      waiting ??= createWaiting()
      return waiting.promise
    },
    isExpected: () => stopAlarm !== undefined,
    expect() {
      if (!stopAlarm) setAlarm()
    },
    forget() {
      stopAlarm?.()
      stopAlarm = undefined
    },
  }
}

function createWaiting() {
  let resolve = () => {}
  const promise = new Promise<void>((resolved) => {
    resolve = resolved
  })
  return { promise, resolve }
}

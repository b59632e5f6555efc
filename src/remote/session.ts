import type { ClockPort, LocksPort } from '../ports.ts'

/** How the app hands out tokens. Called for every request; the store keeps none. */
export type GetToken = (request: {
  /** True when the server refused the last token: fetch a new one. */
  readonly refresh: boolean
  readonly signal: AbortSignal
}) => string | Promise<string>

export interface Session {
  /** Empty: there is none, the user is signed out. `undefined`: the app could not tell. */
  token(signal: AbortSignal): Promise<string | undefined>
  /** A token other than the refused one; one refresh at a time for all tabs. */
  renewed(refused: string, signal: AbortSignal): Promise<string | undefined>
}

export function createSession(
  getToken: GetToken,
  { locks, clock }: { readonly locks: LocksPort; readonly clock: ClockPort },
  lockName: string,
  /** Whoever holds the lock for longer may be a frozen tab. */
  patienceMs: number,
): Session {
  const renewing = new Map<string, Promise<string | undefined>>()

  async function ask(refresh: boolean, signal: AbortSignal): Promise<string | undefined> {
    try {
      const token = await getToken({ refresh, signal })
      return typeof token === 'string' ? token : ''
    } catch (error) {
      // A network's error tells nothing of the session. The app's own may quote the token: it goes nowhere.
      return error instanceof TypeError ? undefined : ''
    }
  }

  function renewed(refused: string, signal: AbortSignal): Promise<string | undefined> {
    const known = renewing.get(refused)
    if (known) return known
    let asked: Promise<string | undefined> | undefined
    const askOnce = () => {
      asked ??= ask(false, signal).then(
        (current) => (current && current !== refused ? current : ask(true, signal)), // another tab was first
      )
      return asked
    }
    let stop = () => {}
    const late = new Promise<void>((resolve) => {
      stop = clock.after(patienceMs, resolve)
    })
    const token = Promise.race([locks.withLock(lockName, askOnce), late.then(askOnce)])
    renewing.set(refused, token)
    const done = () => {
      stop()
      renewing.delete(refused)
    }
    token.then(done, done)
    return token
  }

  return { token: (signal) => ask(false, signal), renewed }
}

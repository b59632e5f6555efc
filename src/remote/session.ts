import type { ClockPort, LocksPort } from '../ports.ts'
import { inOneTab } from './one-tab.ts'

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
  ports: { readonly locks: LocksPort; readonly clock: ClockPort },
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
    const askOnce = async () => {
      const current = await ask(false, signal)
      return current && current !== refused ? current : ask(true, signal) // another tab was first
    }
    const token = inOneTab(ports, lockName, patienceMs, askOnce)
    renewing.set(refused, token)
    const done = () => renewing.delete(refused)
    token.then(done, done)
    return token
  }

  return { token: (signal) => ask(false, signal), renewed }
}

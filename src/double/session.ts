import type { UserId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import type { Seeded } from './seeded.ts'

export interface Pass {
  readonly token: string
  readonly userId: UserId
  /** Set where the token came from signing in, not from `tokenFor`. */
  readonly deviceId?: string
  readonly issuedAt: Moment
  readonly expiresAt: Moment
}

/** Who is signed in: every token in force. */
export interface Session {
  issue(user: { readonly userId: UserId; readonly internalId: string }, deviceId?: string): Pass
  /** The token that is in force for this user and came from no device, if there is one. */
  current(userId: UserId): Pass | undefined
  /** The user whose bearer token the headers carry; `undefined` where it is missing, unknown, revoked or expired. */
  userOf(headers: Headers): UserId | undefined
  passOf(headers: Headers): Pass | undefined
  revoke(token: string): void
  /** Revokes every token, or every token of one user. */
  expire(userId?: UserId): void
}

const base64url = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text))).replace(/[+/=]/g, (sign) =>
    sign === '+' ? '-' : sign === '/' ? '_' : '',
  )

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

export function createSession(now: () => Moment, lifetimeMs: number, seeded: Seeded): Session {
  const passes = new Map<string, Pass>()
  const scribble = (length: number): string =>
    Array.from({ length }, () => ALPHABET[seeded.between(0, 63)]).join('')
  const inForce = (pass: Pass | undefined): Pass | undefined =>
    pass && now() < pass.expiresAt ? pass : undefined

  const passOf: Session['passOf'] = (headers) => {
    const [, token] = /^Bearer (\S+)$/i.exec(headers.get('authorization') ?? '') ?? []
    return token === undefined ? undefined : inForce(passes.get(token))
  }

  return {
    issue: ({ userId, internalId }, deviceId) => {
      // A device has one user: signing in as another ends the session of the one before.
      for (const pass of passes.values()) {
        if (deviceId !== undefined && pass.deviceId === deviceId && pass.userId !== userId)
          passes.delete(pass.token)
      }
      const issuedAt = now()
      const expiresAt = issuedAt + lifetimeMs
      const claims = {
        user: { userId: internalId, publicUserId: userId, deviceInfo: { kind: 'web' } },
        iat: Math.floor(issuedAt / 1000),
        exp: Math.floor(expiresAt / 1000),
        jti: scribble(16),
      }
      const head = base64url(JSON.stringify({ alg: 'RS256', typ: 'JWT' }))
      const token = `${head}.${base64url(JSON.stringify(claims))}.${scribble(43)}`
      const pass: Pass = { token, userId, issuedAt, expiresAt, ...(deviceId !== undefined && { deviceId }) }
      passes.set(token, pass)
      return pass
    },
    current: (userId) =>
      [...passes.values()].findLast(
        (pass) => pass.userId === userId && pass.deviceId === undefined && inForce(pass),
      ),
    userOf: (headers) => passOf(headers)?.userId,
    passOf,
    revoke: (token) => {
      passes.delete(token)
    },
    expire: (userId) => {
      for (const pass of passes.values()) {
        if (userId === undefined || pass.userId === userId) passes.delete(pass.token)
      }
    },
  }
}

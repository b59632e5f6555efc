import type { OnConflict } from './model/conflict.ts'
import type { Feed } from './model/feed.ts'
import { aCount, aFunction, anId, anObject, aPositive, fields, isPositive, rule } from './model/input.ts'
import type { MirrorOptions } from './model/prune.ts'
import type { Ports } from './ports.ts'
import type { Remote } from './remote/remote.ts'
import type { GetToken } from './remote/session.ts'

/** How a store is made. Every default suits a phone. */
export interface RsvpStoreOptions {
  /** Whose answers these are; each user has a database of their own. */
  readonly userId: string
  /** The API's origin, https (http only for localhost and `.test` names). */
  readonly baseUrl: string
  /** Called for every request; never stored. */
  readonly getToken: GetToken
  /** Asked before an answer is sent over one that another device gave meanwhile; else the newest answer wins. */
  readonly onConflict?: OnConflict | undefined
  /** Database name prefix. @defaultValue `'rsvp-store'` */
  readonly name?: string | undefined
  readonly push?: PushOptions | undefined
  readonly pull?: PullOptions | undefined
  /** How much of the server's rows is kept on the device. */
  readonly mirror?: MirrorOptions | undefined
  /** What the server says by itself; merged as it comes. Sources: `rsvp-store/feeds`. @defaultValue none */
  readonly feed?: Feed | undefined
  /** How the server is spoken to, where it is not social.plus. @defaultValue `socialPlus` */
  readonly remote?: Remote | undefined
  /** Replaces any of the store's ways to the outside world. */
  readonly ports?: Partial<Ports> | undefined
}

export interface PushOptions {
  /** How many events are answered at the same time; one event never is twice. @defaultValue 4 */
  readonly concurrency?: number | undefined
  /** How long one request may take. @defaultValue 20_000 */
  readonly timeoutMs?: number | undefined
  /** Wait after silence: anything up to `min(capMs, baseMs · 2^n)`. @defaultValue 1_000 and 300_000 */
  readonly backoff?: { readonly baseMs?: number | undefined; readonly capMs?: number | undefined } | undefined
  /** At most `requests` in any `perMs`. @defaultValue 80 in 5_000; the API publishes 100 in 5_000. */
  readonly pace?: { readonly requests?: number | undefined; readonly perMs?: number | undefined } | undefined
}

export interface PullOptions {
  /** How often what is watched is pulled, while visible and online; `false`: never by itself. @defaultValue 60_000 */
  readonly everyMs?: number | false | undefined
  /** The same while the live feed is open: what changes is then told. @defaultValue 600_000 */
  readonly whileLiveMs?: number | false | undefined
}

const REQUIRED = {
  userId: anId,
  baseUrl: rule('an https URL, or http on localhost', isSafeUrl),
  getToken: aFunction,
}

const falseOrPositive = rule('false or a number above 0', (value) => value === false || isPositive(value))

const checkFields = fields({
  ...REQUIRED,
  onConflict: aFunction,
  name: anId,
  push: fields({
    concurrency: aCount,
    timeoutMs: aPositive,
    backoff: fields({ baseMs: aPositive, capMs: aPositive }),
    pace: fields({ requests: aCount, perMs: aPositive }),
  }),
  pull: fields({ everyMs: falseOrPositive, whileLiveMs: falseOrPositive }),
  mirror: fields({ maxRows: falseOrPositive, maxBytes: falseOrPositive }),
  remote: rule('an object with request() and read()', (value) =>
    ['request', 'read'].every((name) => typeof Object(value)[name] === 'function'),
  ),
  feed: rule('an Observable of messages', (value) => typeof Object(value).subscribe === 'function'),
  ports: fields({
    fetch: aFunction,
    clock: anObject,
    random: aFunction,
    connectivity: anObject,
    lifecycle: anObject,
    locks: anObject,
    indexedDB: anObject,
    persist: aFunction,
    witness: anObject,
  }),
})

/** Throws `invalid-argument` that names the option which is wrong or missing. */
export function checkOptions(options: RsvpStoreOptions): void {
  checkFields(options, 'options')
  for (const [name, check] of Object.entries(REQUIRED))
    check(options[name as keyof typeof REQUIRED], `options.${name}`)
}

/** The token travels in a header: never in clear over a network. `.test` names never leave the machine. */
function isSafeUrl(value: unknown): boolean {
  if (typeof value !== 'string' || !URL.canParse(value)) return false
  const { protocol, hostname } = new URL(value)
  const local = /^(localhost|127(\.\d+){3}|\[::1\])$|\.(localhost|test)$/.test(hostname)
  return protocol === 'https:' || (protocol === 'http:' && local)
}

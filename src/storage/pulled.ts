import type { Moment } from '../model/moment.ts'
import type { ClockPort } from '../ports.ts'
import type { Pulled, PulledRow, Pulling, RsvpDatabase, Tables } from './database.ts'
import type { Live } from './live.ts'

/** The key of the row that says when this was pulled. */
export const pulledKey = (key: string): PulledRow['key'] => `pulled ${key}`

/** Inside the caller's transaction. */
export const readPulled = async ({ meta }: Pick<Tables, 'meta'>, key: string) =>
  (await meta.get(pulledKey(key))) as PulledRow | undefined

const pullingKey = (key: string): Pulling['key'] => `pulling ${key}`

/** A tab that has a pull to itself for longer may be frozen. */
const CLAIM_MS = 30_000
/** How many events one pull remembers to have named. */
const NAMED_MOST = 1_000
/** How many moments this tab remembers. What is forgotten is read again, or pulled once too often. */
const MOMENTS_MOST = 5_000

export type PulledStore = ReturnType<typeof createPulled>

/**
 * What was last asked for when, and who is asking: on disk for every tab and the next start, and in memory. The only
 * writer of the rows `pulled` and `pulling`.
 */
export function createPulled(
  { meta }: RsvpDatabase,
  live: Live,
  clock: Pick<ClockPort, 'now'>,
  tabId: string,
) {
  const asked = createMoments()
  const named = createMoments()
  const grown = new Set<string>()

  function remember(key: string, { at, eventIds }: Pick<Pulled, 'at' | 'eventIds'>): void {
    asked.set(key, at)
    for (const eventId of eventIds) named.set(eventId, at)
  }

  async function read(key: string): Promise<Pulled | undefined> {
    const row = await live.read([meta], (tables) => readPulled(tables, key))
    if (row) remember(key, row)
    return row
  }

  async function write(key: string, { at, next, eventIds }: Pulled): Promise<void> {
    const pulled = { at, next, eventIds: eventIds.slice(0, NAMED_MOST) }
    remember(key, pulled)
    await live.write([meta], async (tables) => {
      await Promise.all([
        tables.meta.put({ key: pulledKey(key), ...pulled }),
        tables.meta.delete(pullingKey(key)),
      ])
    })
  }

  /**
   * Takes the pull of this for a while; false where another tab has it. Not by a lock of the platform's: a page that is
   * left while it holds one is not kept for coming back, in Firefox. Reads, too, what other tabs have pulled.
   */
  const claim = (key: string): Promise<boolean> =>
    live.write([meta], async (tables) => {
      const [row, theirs] = await Promise.all([readPulled(tables, key), tables.meta.get(pullingKey(key))])
      if (row) remember(key, row)
      const now = clock.now()
      const { by, until } = (theirs ?? {}) as Partial<Pulling>
      // A moment farther away was stored by a clock that was wrong.
      const isTaken = by !== tabId && until !== undefined && until > now && until <= now + CLAIM_MS
      if (!isTaken) await tables.meta.put({ key: pullingKey(key), by: tabId, until: now + CLAIM_MS })
      return !isTaken
    })

  /** It came to nothing, or was not needed. */
  const handBack = (key: string): Promise<void> =>
    live.write([meta], async (tables) => {
      const mine = (await tables.meta.get(pullingKey(key))) as Pulling | undefined
      if (mine?.by === tabId) await tables.meta.delete(pullingKey(key))
    })

  /** What was pulled is no longer whole on disk; but these still are. */
  const forget = (isKept: (key: string) => boolean): Promise<void> =>
    live.write([meta], async (tables) => {
      const keys = await tables.meta.where(':id').startsWith(pulledKey('')).primaryKeys()
      const gone = keys.map((key) => key.slice(pulledKey('').length)).filter((key) => !isKept(key))
      await tables.meta.bulkDelete(gone.map(pulledKey))
      for (const key of gone) asked.delete(key)
    })

  return {
    read,
    write,
    claim,
    handBack,
    forget,
    /** Holds for another key what is known of one, until more is: a list grows. */
    passOn(from: string, to: string): void {
      asked.set(to, asked.get(from))
      grown.add(to)
    },
    /** Is this a list that has just grown? Once: whoever watches it after that comes anew. */
    hasGrown: (key: string): boolean => grown.delete(key),
    /** When this was asked for, as far as this tab knows. */
    askedAt: asked.get,
    /** When a list was asked for that named this event. */
    namedAt: named.get,
  }
}

/** The latest moment by name; the names longest untouched are forgotten first. */
function createMoments() {
  const moments = new Map<string, Moment>()
  const get = (name: string): Moment => moments.get(name) ?? Number.NEGATIVE_INFINITY
  function set(name: string, moment: Moment): void {
    const latest = Math.max(moment, get(name))
    moments.delete(name)
    moments.set(name, latest)
    const [oldest] = moments.size > MOMENTS_MOST ? moments.keys() : []
    if (oldest !== undefined) moments.delete(oldest)
  }
  return { get, set, delete: (name: string) => void moments.delete(name) }
}

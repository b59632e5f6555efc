import { type EventRow, ME, type ResponseRow, type Shown, type Status, type Stop } from '../../contender.ts'
import { show } from './overlay.ts'
import { answerKey, eventKey } from './pouchdb-docs.ts'
import { type Doc, LIVE, type Pouch } from './pouchdb-package.ts'

/** An answer that waits to be sent, by the id of its event. */
export interface Entry {
  readonly status: Status
}

/** What the view of one event is computed from. */
export interface Known {
  readonly event: EventRow | undefined
  readonly mine: ResponseRow | undefined
  readonly entry: Entry | undefined
}

export const showKnown = ({ event, mine, entry }: Known): Shown | undefined =>
  event && show(event, mine?.status, entry?.status)

/** Single events, followed by the change feeds of both databases. */
export function followBoth(rows: Pouch<object>, outbox: Pouch<Entry>) {
  const followers = new Map<string, Set<(part: Partial<Known>) => void>>()
  const lists = new Set<(key: string) => void>()
  /** The revisions of the entries that this tab knows of: the next answer is written without a look. */
  const revs = new Map<string, string>()

  const tell = (eventId: string, part: Partial<Known>) => {
    for (const hear of followers.get(eventId) ?? []) hear(part)
  }
  /** From the first view on: a feed reads every document again that is written. */
  let feeds: readonly { cancel(): void }[] | undefined
  const listen = () => {
    feeds ??= [followRows(), followOutbox()]
  }
  const followRows = () =>
    rows.changes(LIVE).on('change', ({ id, doc }) => {
      const [kind, key = '', userId] = id.split('/')
      if (kind === 'event') tell(key, { event: doc as Doc<EventRow> })
      if (kind === 'answer' && userId === ME) tell(key, { mine: doc as Doc<ResponseRow> })
      if (kind === 'start') for (const hear of lists) hear(id)
    })
  const followOutbox = () =>
    outbox.changes(LIVE).on('change', async ({ id, doc }) => {
      if (!doc._deleted) {
        revs.set(id, doc._rev ?? '')
        return tell(id, { entry: doc })
      }
      revs.delete(id)
      if (!followers.has(id)) return
      // The server's row was written before, but the other feed may tell of it later.
      const { event, mine } = await read(id)
      tell(id, revs.has(id) ? { event, mine } : { event, mine, entry: undefined })
    })

  /** What is asked for in one go is read in one. */
  const read = inOneRead(async (eventIds): Promise<ReadonlyMap<string, Known>> => {
    const keys = eventIds.flatMap((eventId) => [eventKey(eventId), answerKey(eventId, ME)])
    const [found, entries] = await Promise.all([
      rows.allDocs({ keys, include_docs: true }),
      outbox.allDocs({ keys: eventIds, include_docs: true }),
    ])
    return new Map(
      eventIds.map((eventId, at) => [
        eventId,
        {
          event: (found.rows[2 * at]?.doc ?? undefined) as EventRow | undefined,
          mine: (found.rows[2 * at + 1]?.doc ?? undefined) as ResponseRow | undefined,
          entry: entries.rows[at]?.doc ?? undefined,
        },
      ]),
    )
  })

  function follow(eventId: string, next: (known: Known) => void): Stop {
    let known: Known | undefined
    let early: Partial<Known> = {}
    const hear = (part: Partial<Known>) => {
      if (!known) early = { ...early, ...part }
      else {
        known = { ...known, ...part }
        next(known)
      }
    }
    const all = followers.get(eventId) ?? new Set()
    followers.set(eventId, all.add(hear))
    listen()
    read(eventId).then((found) => {
      known = { ...found, ...early }
      if (all.has(hear)) next(known)
    })
    return () => {
      all.delete(hear)
      if (all.size === 0 && followers.get(eventId) === all) followers.delete(eventId)
    }
  }

  return {
    follow,
    lists,
    listen,
    revs,
    close() {
      for (const feed of feeds ?? []) feed.cancel()
    },
  }
}

/** What is asked for in one go is read in one. */
function inOneRead<Value>(
  readAll: (keys: readonly string[]) => Promise<ReadonlyMap<string, Value>>,
): (key: string) => Promise<Value> {
  let asked: { readonly keys: Set<string>; readonly values: Promise<ReadonlyMap<string, Value>> } | undefined
  const ask = () => {
    const keys = new Set<string>()
    const values = Promise.resolve().then(() => {
      asked = undefined
      return readAll([...keys])
    })
    return { keys, values }
  }
  return async (key) => {
    asked ??= ask()
    asked.keys.add(key)
    return (await asked.values).get(key) as Value
  }
}

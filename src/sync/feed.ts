import { Subscription } from 'rxjs'
import type { RawBundle } from '../model/bundle.ts'
import { type Feed, type FeedState, openMessage } from '../model/feed.ts'
import type { Ports, Stop } from '../ports.ts'
import { oneAtATime } from '../storage/streams.ts'
import { type Backoff, backoffMs } from './backoff.ts'

export interface FeedParts {
  /** Where there is none, nothing happens. */
  readonly feed: Feed | undefined
  readonly ports: Pick<Ports, 'clock' | 'random' | 'connectivity' | 'lifecycle'>
  readonly backoff: Backoff
  /** Merges messages that came together, in their order. */
  readonly merge: (messages: readonly RawBundle[]) => Promise<unknown>
  /** Hears how the feed is; once it is open, also since when it was being opened: what was asked for before that may be old. */
  readonly tell: (state: FeedState, since: number) => void
}

/** Messages that are merged at once: a tap waits for these at most. */
const AT_ONCE = 50

/**
 * Takes what the server says by itself, while the page is not frozen and online; connects again, later and later, when
 * the connection is lost. Says nothing twice, and loses nothing to an error: what is not merged is pulled.
 */
export function createFeed({ feed, ports, backoff, merge, tell }: FeedParts) {
  const { clock, random, connectivity, lifecycle } = ports
  let messages: RawBundle[] = []
  let failures = 0
  let state: FeedState | undefined
  let connection: Subscription | undefined
  let stopRetry: Stop | undefined

  const say = (next: FeedState, since: number) => {
    if (next === state) return
    state = next
    tell(next, since)
  }

  const mergeAll = oneAtATime(async () => {
    while (messages.length > 0) {
      const some = messages.slice(0, AT_ONCE)
      messages = messages.slice(AT_ONCE)
      await merge(some).catch(() => undefined) // the device failed; the rows are pulled in their turn
    }
  })

  function connect(): void {
    if (!feed) return
    const mine = new Subscription()
    const since = clock.now()
    connection = mine
    say('connecting', since)
    const opened = () => {
      failures = 0
      say('open', since)
    }
    const lost = () => {
      if (mine.closed) return
      disconnect()
      retryIn(backoffMs(failures, backoff, random))
      failures += 1
    }
    const next = (signal: unknown) => {
      if (mine.closed) return
      opened()
      const message = openMessage(signal)
      if (!message) return
      messages.push(message)
      void mergeAll()
    }
    try {
      mine.add(feed.subscribe({ next, error: lost, complete: lost }))
    } catch {
      lost()
    }
  }

  function disconnect(): void {
    stopRetry?.()
    connection?.unsubscribe()
    connection = undefined
    say('lost', 0)
  }

  function retryIn(ms: number): void {
    stopRetry = clock.after(ms, () => mayConnect() && connect())
  }

  const mayConnect = () => connectivity.online() && lifecycle.state() !== 'frozen'

  function start(): Subscription {
    if (!feed) return new Subscription()
    let could = false
    const changed = () => {
      const can = mayConnect()
      if (can === could) return
      could = can
      failures = 0
      // A page that freezes with a connection is not kept by the browser; a fleet that comes back does so one by one.
      if (can) retryIn(random() * backoff.baseMs)
      else disconnect()
    }
    const running = new Subscription(disconnect)
    for (const stop of [connectivity.watch(changed), lifecycle.watch(changed)]) running.add(stop)
    could = mayConnect()
    if (could) connect()
    else say('lost', 0)
    return running
  }

  return { start }
}

import { Observable } from 'rxjs'
import type { FeedMessage, FeedOpened } from '../model/feed.ts'
import { addressOf, type FeedAddress, readMessage } from './feed-address.ts'

export interface SseFeedOptions {
  /** Asked for at each connection. An `EventSource` sends no header: a token goes into the address, or a cookie does. */
  readonly url: FeedAddress
  /** Sends cookies to another origin too. @defaultValue false */
  readonly withCredentials?: boolean | undefined
  /** The names of the messages. @defaultValue those without a name */
  readonly events?: readonly string[] | undefined
}

/**
 * Live messages by Server-Sent Events, one `{ eventType, data }` as JSON in each. Ends when the connection is lost: the
 * store connects again, and waits longer each time.
 */
export const sseFeed = ({
  url,
  withCredentials = false,
  events = ['message'],
}: SseFeedOptions): Observable<FeedMessage | FeedOpened> =>
  new Observable((observer) => {
    let source: EventSource | undefined
    async function connect(): Promise<void> {
      const address = await addressOf(url)
      if (observer.closed) return
      source = new EventSource(address, { withCredentials })
      source.onopen = () => observer.next({ feed: 'open' })
      // It would connect again by itself, at its own pace, and with the old address.
      source.onerror = () => observer.error(new Error('The connection was lost.'))
      for (const event of events)
        source.addEventListener(event, ({ data }: MessageEvent) => {
          const message = readMessage(data)
          if (message) observer.next(message)
        })
    }
    connect().catch((error) => observer.error(error))
    return () => source?.close()
  })

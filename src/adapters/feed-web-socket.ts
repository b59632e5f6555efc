import { Observable } from 'rxjs'
import type { FeedMessage, FeedOpened } from '../model/feed.ts'
import { addressOf, type FeedAddress, readMessage } from './feed-address.ts'

export interface WebSocketFeedOptions {
  /** Asked for at each connection; `wss:`, and `ws:` only on this machine. */
  readonly url: FeedAddress
  readonly protocols?: string | readonly string[] | undefined
  /** Sent first, each as a message of its own: who I am, and what I want to hear of. */
  readonly hello?: (() => readonly string[] | Promise<readonly string[]>) | undefined
}

/**
 * Live messages over a WebSocket, one `{ eventType, data }` as JSON in each. Ends when the connection is lost: the store
 * connects again, and waits longer each time.
 */
export const webSocketFeed = ({
  url,
  protocols = [],
  hello = () => [],
}: WebSocketFeedOptions): Observable<FeedMessage | FeedOpened> =>
  new Observable((observer) => {
    let socket: WebSocket | undefined
    const lost = (error?: unknown) => observer.error(error ?? new Error('The connection was lost.'))
    async function connect(): Promise<void> {
      const address = await addressOf(url)
      if (observer.closed) return
      const opening = new WebSocket(address, [protocols].flat())
      socket = opening
      opening.onclose = opening.onerror = () => lost()
      opening.onmessage = ({ data }) => {
        const message = readMessage(data)
        if (message) observer.next(message)
      }
      opening.onopen = async () => {
        try {
          for (const text of await hello()) opening.send(text)
          observer.next({ feed: 'open' })
        } catch (error) {
          lost(error)
        }
      }
    }
    connect().catch(lost)
    return () => socket?.close()
  })

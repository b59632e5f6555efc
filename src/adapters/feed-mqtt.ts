import mqtt, { type MqttClient } from 'mqtt'
import { Observable } from 'rxjs'
import type { FeedMessage, FeedOpened } from '../model/feed.ts'
import { addressOf, type FeedAddress, readMessage } from './feed-address.ts'

export interface MqttFeedOptions {
  /** Asked for at each connection: `wss://sse.us.amity.co:443/mqtt`. */
  readonly url: FeedAddress
  /** What to hear of. On which topics the API tells of events is not documented: its support says. */
  readonly topics: readonly string[]
  readonly username?: string | undefined
  /** Asked for at each connection; the API takes the access token. */
  readonly password?: (() => string | Promise<string>) | undefined
  /** The same at every connection: the broker then keeps what comes in between. @defaultValue a new one each time */
  readonly clientId?: string | undefined
  /** @defaultValue 60 */
  readonly keepAliveS?: number | undefined
}

/** What a broker grants where it refuses a topic (MQTT 3.1.1, 3.9.3). */
const REFUSED = 128
const CONNECT_TIMEOUT_MS = 20_000

/**
 * Live messages by MQTT 3.1.1 over a WebSocket, one `{ eventType, data }` as JSON in each; needs the package `mqtt`. Ends
 * when the connection is lost, or a topic is refused: the store connects again, and waits longer each time.
 */
export const mqttFeed = (options: MqttFeedOptions): Observable<FeedMessage | FeedOpened> =>
  new Observable((observer) => {
    const { url, topics, username, password, clientId, keepAliveS = 60 } = options
    let client: MqttClient | undefined
    const lost = (error?: unknown) => observer.error(error ?? new Error('The connection was lost.'))
    async function connect(): Promise<void> {
      const [address, secret] = await Promise.all([addressOf(url), password?.()])
      if (observer.closed) return
      const opening = mqtt.connect(address, {
        protocolVersion: 4,
        reconnectPeriod: 0, // the store connects again, at its own pace
        connectTimeout: CONNECT_TIMEOUT_MS,
        keepalive: keepAliveS,
        clean: clientId === undefined,
        ...(clientId !== undefined && { clientId }),
        ...(username !== undefined && { username }),
        ...(secret !== undefined && { password: secret }),
      })
      client = opening
      opening.on('error', lost)
      opening.on('close', () => lost())
      opening.on('message', (_, payload) => {
        const message = readMessage(payload)
        if (message) observer.next(message)
      })
      opening.on('connect', () =>
        opening.subscribe([...topics], { qos: 0 }, (error, granted = []) => {
          if (error) lost(error)
          else if (granted.some(({ qos }) => Number(qos) === REFUSED)) lost(new Error('A topic was refused.'))
          else observer.next({ feed: 'open' })
        }),
      )
    }
    connect().catch(lost)
    return () => client?.end(true)
  })

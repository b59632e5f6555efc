import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Aedes } from 'aedes'
import type { Observable, Subscription } from 'rxjs'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { createWebSocketStream, WebSocket, WebSocketServer } from 'ws'
import { type FeedMessage, type FeedOpened, sseFeed, webSocketFeed } from '../src/feeds.ts'
import { mqttFeed } from '../src/mqtt.ts'

const MESSAGE = { eventType: 'event.updated', data: { events: [{ eventId: 'e' }] } }
const NONSENSE = ['{', 'null', '5', '"event.updated"', '{"data":{}}']

/** What comes out of a source, until its connection is lost. */
function listen(source$: Observable<FeedMessage | FeedOpened>) {
  const heard: unknown[] = []
  const waiting: (() => void)[] = []
  const tell = (what: unknown) => {
    heard.push(what)
    for (const resolve of waiting.splice(0)) resolve()
  }
  const line: Subscription = source$.subscribe({
    next: tell,
    error: (error: unknown) => tell(String(error)),
    complete: () => tell('the end'),
  })
  onTestFinished(() => line.unsubscribe())
  const count = async (least: number) => {
    while (heard.length < least) await new Promise<void>((resolve) => waiting.push(resolve))
    return heard
  }
  return { heard, count, line }
}

/** Resolves once this is true. */
const until = (isSo: () => boolean) => vi.waitUntil(isSo, { timeout: 10_000, interval: 5 })

describe('Server-Sent Events', () => {
  /** A page's own `EventSource`, in the test's hand; `demo/` uses a real one, in a browser test. */
  class FakeSource extends EventTarget {
    static all: FakeSource[] = []
    onopen: (() => void) | null = null
    onerror: (() => void) | null = null
    isClosed = false
    readonly url: string
    readonly options: { withCredentials: boolean }
    constructor(url: string, options: { withCredentials: boolean }) {
      super()
      this.url = url
      this.options = options
      FakeSource.all.push(this)
    }
    say(data: string, name = 'message'): void {
      this.dispatchEvent(new MessageEvent(name, { data }))
    }
    close(): void {
      this.isClosed = true
    }
  }
  beforeEach(() => {
    FakeSource.all = []
    vi.stubGlobal('EventSource', FakeSource)
    return () => vi.unstubAllGlobals()
  })
  const source = async () => {
    await until(() => FakeSource.all.length > 0)
    return FakeSource.all[0] as FakeSource
  }

  test('an address that is none, or a place without an EventSource, is a lost connection', async () => {
    vi.stubGlobal(
      'EventSource',
      class {
        constructor(url: string) {
          throw new SyntaxError(`no such place: ${url}`)
        }
      },
    )
    const { count } = listen(sseFeed({ url: 'nonsense:' }))
    expect(await count(1)).toEqual(['SyntaxError: no such place: nonsense:'])
    vi.stubGlobal('EventSource', undefined)
    const { count: countBare } = listen(sseFeed({ url: '/live' }))
    expect(String(await countBare(1))).toContain('EventSource is not a constructor')
  })

  test('tells that it is open, then each message; nonsense is passed over', async () => {
    const { count } = listen(sseFeed({ url: async () => 'https://live.test/?t=1' }))
    const there = await source()
    there.onopen?.()
    for (const text of [...NONSENSE, JSON.stringify(MESSAGE)]) there.say(text)
    expect(await count(2)).toEqual([{ feed: 'open' }, MESSAGE])
    expect([there.url, there.options]).toEqual(['https://live.test/?t=1', { withCredentials: false }])
  })

  test('by name, and with cookies, where that is asked for', async () => {
    const { count } = listen(sseFeed({ url: '/live', withCredentials: true, events: ['rsvp'] }))
    const there = await source()
    there.say(JSON.stringify(MESSAGE))
    there.say(JSON.stringify(MESSAGE), 'rsvp')
    expect(await count(1)).toEqual([MESSAGE])
    expect(there.options).toEqual({ withCredentials: true })
  })

  test('ends when the connection is lost, and does not connect by itself', async () => {
    const { count } = listen(sseFeed({ url: '/live' }))
    const there = await source()
    there.onerror?.()
    expect(await count(1)).toEqual([expect.stringContaining('lost')])
    expect([there.isClosed, FakeSource.all.length]).toEqual([true, 1])
  })

  test('ends when there is no address', async () => {
    const { count } = listen(sseFeed({ url: () => Promise.reject(new Error('signed out')) }))
    expect(await count(1)).toEqual([expect.stringContaining('signed out')])
  })

  test('is not opened for somebody who has left', async () => {
    const { line } = listen(sseFeed({ url: async () => '/live' }))
    line.unsubscribe()
    await new Promise((resolve) => setImmediate(resolve))
    expect(FakeSource.all).toEqual([])
  })
})

/** A server on a free port of this machine; what is connected ends with the test. */
async function serve(): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return { server, url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/` }
}

describe('WebSocket', () => {
  beforeEach(() => void vi.stubGlobal('WebSocket', WebSocket))
  afterEach(() => void vi.unstubAllGlobals())

  async function socketServer() {
    const { server, url } = await serve()
    const sockets: WebSocket[] = []
    const said: string[] = []
    const protocols: string[] = []
    const listening = new WebSocketServer({ server })
    listening.on('connection', (socket) => {
      sockets.push(socket)
      protocols.push(socket.protocol)
      socket.on('message', (data) => said.push(String(data)))
    })
    onTestFinished(() => {
      for (const socket of sockets) socket.terminate()
    })
    return { url, sockets, said, protocols }
  }

  test('says hello, tells that it is open, then each message; nonsense is passed over', async () => {
    const { url, sockets, said, protocols } = await socketServer()
    const { count } = listen(
      webSocketFeed({ url, protocols: 'rsvp', hello: async () => ['I am ada', 'events'] }),
    )
    expect(await count(1)).toEqual([{ feed: 'open' }])
    await until(() => said.length === 2)
    expect([said, protocols]).toEqual([['I am ada', 'events'], ['rsvp']])
    for (const text of [...NONSENSE, JSON.stringify(MESSAGE)]) sockets[0]?.send(text)
    expect(await count(2)).toEqual([{ feed: 'open' }, MESSAGE])
  })

  test('ends when the server goes, and lets go when nobody listens', async () => {
    const { url, sockets } = await socketServer()
    const lost = listen(webSocketFeed({ url }))
    await lost.count(1)
    sockets[0]?.terminate()
    expect((await lost.count(2))[1]).toContain('lost')
    const left = listen(webSocketFeed({ url }))
    await left.count(1)
    left.line.unsubscribe()
    await until(() => sockets[1]?.readyState === WebSocket.CLOSED)
  })

  test.each([
    ['no server', () => webSocketFeed({ url: 'ws://127.0.0.1:9/' })],
    ['no address', () => webSocketFeed({ url: () => Promise.reject(new Error('signed out')) })],
  ])('ends with %s', async (_, make) => {
    expect((await listen(make()).count(1)).length).toBeGreaterThan(0)
  })

  test('ends when hello cannot be said', async () => {
    const { url } = await socketServer()
    const { count } = listen(webSocketFeed({ url, hello: () => Promise.reject(new Error('signed out')) }))
    expect(await count(1)).toEqual([expect.stringContaining('signed out')])
  })
})

describe('MQTT', () => {
  async function broker(options: { readonly topics?: readonly string[] } = {}) {
    const { server, url } = await serve()
    const users: { readonly id: string; readonly name: string; readonly password: string }[] = []
    const aedes = await Aedes.createBroker({
      authenticate: (client, name, password, done) => {
        users.push({ id: client.id, name: name ?? '', password: String(password ?? '') })
        done(null, String(password) !== 'stale')
      },
      authorizeSubscribe: (_, subscription, done) =>
        done(null, options.topics?.includes(subscription.topic) === false ? null : subscription),
    })
    const sockets: WebSocket[] = []
    new WebSocketServer({ server, handleProtocols: (all) => [...all][0] ?? false }).on(
      'connection',
      (socket, request) => {
        sockets.push(socket)
        aedes.handle(createWebSocketStream(socket) as never, request)
      },
    )
    onTestFinished(async () => {
      for (const socket of sockets) socket.terminate()
      await new Promise<void>((resolve) => aedes.close(() => resolve()))
    })
    const publish = (topic: string, text: string) =>
      new Promise<void>((resolve, reject) =>
        aedes.publish(
          { cmd: 'publish', topic, payload: Buffer.from(text), qos: 0, dup: false, retain: false },
          (error) => (error ? reject(error) : resolve()),
        ),
      )
    return { url, users, publish, sockets, aedes }
  }

  test('tells that it is open, then what comes on its topics; nonsense is passed over', async () => {
    const { url, users, publish } = await broker()
    const password = async () => 'token'
    const { count } = listen(
      mqttFeed({ url, topics: ['net/events'], username: 'u-1', password, clientId: 'phone-1' }),
    )
    expect(await count(1)).toEqual([{ feed: 'open' }])
    expect(users).toEqual([{ id: 'phone-1', name: 'u-1', password: 'token' }])
    await publish('net/other', JSON.stringify({ eventType: 'other' }))
    for (const text of [...NONSENSE, JSON.stringify(MESSAGE)]) await publish('net/events', text)
    expect(await count(2)).toEqual([{ feed: 'open' }, MESSAGE])
  })

  test('ends when the broker goes, and does not connect by itself', async () => {
    const { url, sockets } = await broker()
    const { count } = listen(mqttFeed({ url, topics: ['net/events'] }))
    await count(1)
    sockets[0]?.terminate()
    expect((await count(2))[1]).toContain('lost')
    expect(sockets).toHaveLength(1)
  })

  test('ends with a token that is refused, and with a topic that is', async () => {
    const { url } = await broker({ topics: ['net/events'] })
    const stale = listen(mqttFeed({ url, topics: ['net/events'], username: 'u', password: () => 'stale' }))
    expect((await stale.count(1))[0]).toMatch(/Not authorized|refused|lost/)
    const elsewhere = listen(mqttFeed({ url, topics: ['net/secret'] }))
    expect((await elsewhere.count(1))[0]).toMatch(/refused|Subscribe error/)
  })

  test('lets go when nobody listens', async () => {
    const { url, aedes } = await broker()
    const { count, line } = listen(mqttFeed({ url, topics: ['net/events'] }))
    await count(1)
    expect(aedes.connectedClients).toBe(1)
    line.unsubscribe()
    await until(() => aedes.connectedClients === 0)
  })
})

import { Observable } from 'rxjs'
import type { FeedMessage, FeedOpened } from '../model/feed.ts'
import type { Stop } from '../ports.ts'
import type { Gate } from './gate.ts'
import type { RoadParts } from './road.ts'
import type { LiveFault } from './step.ts'

/** What has come from the wire: the text of a message. */
type Heard = { readonly opened: true } | { readonly text: string }

interface Connection {
  readonly tab: number
  readonly end: (how: string) => void
  /** Nothing comes through any more, and nobody is told. */
  isDeaf: boolean
}

/** How much later a message comes that the broker held back; others overtake it. */
const LATE_MS = 25_000

export type Live = ReturnType<typeof createLive>

/** The live feed: one connection a tab, its messages in order unless a fault sees to it that they are not. */
export function createLive({ server, timeline, said, random, tell, isUp }: RoadParts) {
  const connections = new Set<Connection>()
  let fates: LiveFault[] = []

  const after = (ms: number, run: () => void): Stop => timeline.at(timeline.now() + ms, run)
  const latency = () => Math.ceil(random() * 900)

  /** What the messages to one connection go through. */
  function createLine(deliver: (heard: Heard) => void) {
    let arrival = 0
    const send = (heard: Heard, lateMs: number) => {
      arrival = Math.max(arrival, timeline.now() + latency())
      timeline.at(arrival + lateMs, () => deliver(heard))
    }
    return (heard: Heard) => {
      const fate = 'text' in heard ? fates.shift() : undefined
      if (fate === 'lose') return
      send(heard, fate === 'late' ? LATE_MS : 0)
      if (fate === 'twice') send(heard, LATE_MS)
    }
  }

  /** What one tab connects to; where the server has no feed, nothing ever comes of it. */
  const feedOf = (tab: number, user: string, gate: Gate): Observable<FeedMessage | FeedOpened> =>
    new Observable((observer) => {
      const line = createLine((heard) => {
        if (!connections.has(connection) || connection.isDeaf) return
        gate.pass(() => {
          if ('text' in heard) tellHeard(tab, user, heard.text)
          observer.next('text' in heard ? JSON.parse(heard.text) : { feed: 'open' })
        }, true)
      })
      const hear = (message: FeedMessage) => {
        said.read(JSON.stringify(message.data))
        line({ text: JSON.stringify(message) })
      }
      let stopHearing: Stop = () => {}
      const end = (how: string) => {
        stopHearing()
        stopOpening()
        if (connections.delete(connection))
          tell({ kind: 'tab', tab, what: `has no live feed any more: ${how}` })
      }
      const fail = (how: string) => {
        end(how)
        gate.pass(() => observer.error(new Error(how)))
      }
      const stopOpening = after(latency(), () => {
        if (!isUp() || !server.live) return fail('no connection')
        stopHearing = server.live(user, hear)
        line({ opened: true })
      })
      const connection: Connection = { tab, end: fail, isDeaf: false }
      connections.add(connection)
      return () => end('let go')
    })

  /** What a message says of the user's own answers, as it reaches the tab. */
  function tellHeard(tab: number, user: string, text: string): void {
    const { data } = JSON.parse(text) as { readonly data: unknown }
    for (const { userId, eventId, status } of said.read(JSON.stringify(data))?.responses ?? [])
      if (userId === user)
        tell({ kind: 'heard', tab, user, eventId: String(eventId), status: String(status) })
  }

  const cut = (how: string) => {
    for (const { end } of [...connections]) end(how)
  }

  return {
    feedOf,
    /** Every connection breaks. */
    cut,
    strike(fault: LiveFault): void {
      if (fault === 'cut') cut('it broke')
      else if (fault === 'deaf') for (const connection of connections) connection.isDeaf = true
      else fates.push(fault)
    },
    /** The tab died. */
    abandon(tab: number): void {
      for (const connection of [...connections]) if (connection.tab === tab) connection.end('its tab died')
    },
    /** What still says nothing breaks at last. */
    forgetFaults(): void {
      fates = []
      for (const { isDeaf, end } of [...connections]) if (isDeaf) end('it was dead')
    },
  }
}

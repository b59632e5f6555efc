import { RSVP_STATUSES } from '../model/entities.ts'
import type { FetchPort } from '../ports.ts'
import { type Answer, toResponse } from './answer.ts'
import type { Gate } from './gate.ts'
import type { SentRequest } from './happening.ts'
import { createRoad, type Journey, type RoadParts } from './road.ts'
import type { Fate } from './step.ts'

const RSVP_PATH = /\/events\/([^/]+)\/rsvp$/
const MINE_PATH = /\/events\/([^/]+)\/me\/rsvp$/

export type Network = ReturnType<typeof createNetwork>

/** What lies between a phone and the server: it loses, delays, doubles and reorders, and answers in the server's place. */
export function createNetwork(parts: Omit<RoadParts, 'isUp'>) {
  const { timeline, tell } = parts
  const requests: SentRequest[] = []
  const underWay = new Set<Journey>()
  /** A request that nobody holds no longer hears that it was given up. */
  const held = new Set<Request>()
  let fates: { readonly of: 'answer' | 'any'; readonly fate: Fate }[] = []
  let up = true
  const road = createRoad({ ...parts, isUp: () => up })

  function takeFate({ status }: SentRequest): Fate | undefined {
    const place = fates.findIndex(({ of }) => of === 'any' || status !== undefined)
    return place < 0 ? undefined : fates.splice(place, 1)[0]?.fate
  }

  function depart(journey: Journey): void {
    const { sent } = journey
    requests.push(sent)
    underWay.add(journey)
    tell({ kind: 'sent', request: sent, how: sent.method })
    if (up) {
      const fate = takeFate(sent)
      sent.fate = fate?.kind ?? ''
      road.travel(journey, fate)
    } else timeline.at(timeline.now(), () => journey.fail('no network'))
  }

  /** The fetch of one tab. */
  const fetchOf =
    (tab: number, user: string, gate: Gate): FetchPort =>
    async (request) => {
      held.add(request)
      const { url, method, signal } = request
      const headers = [...request.headers]
      const body = request.body ? await request.text() : undefined
      const wire = { method, headers, ...(body !== undefined && { body }) }
      const sent = describe(url, wire, { tab, user, number: requests.length + 1, at: timeline.now() })
      return new Promise((resolve, reject) => {
        const end = (how: string, run: () => void) => {
          if (sent.ended) return
          sent.ended = true
          sent.outcome = how
          underWay.delete(journey)
          held.delete(request)
          tell({ kind: 'ended', request: sent, how })
          run()
        }
        const journey: Journey = {
          sent,
          copy: () => new Request(url, wire),
          resolve: (answer) =>
            gate.pass(() => end(`${answer.status}`, () => resolve(hear(sent, answer))), true),
          fail: (why) => gate.pass(() => end(why, () => reject(new TypeError('Failed to fetch'))), true),
        }
        const abandon = () => end('given up', () => reject(signal.reason))
        signal.addEventListener('abort', abandon)
        if (signal.aborted) return abandon()
        gate.pass(() => {}, true)
        // The call was made: a page that froze in the middle of it has sent it, a dead one has not.
        if (gate.state() === 'dead') return
        sent.disturbed = gate.state() === 'frozen'
        depart(journey)
      })
    }

  /** The reply as the platform gives it; what it says of the user's own answers is told. */
  function hear({ tab, user }: SentRequest, answer: Answer): Response {
    for (const row of answer.rows?.responses ?? []) {
      if (row.userId === user)
        tell({ kind: 'heard', tab, user, eventId: String(row.eventId), status: String(row.status) })
    }
    return toResponse(answer)
  }

  return {
    requests,
    fetchOf,
    underWay: (): readonly SentRequest[] => Array.from(underWay, ({ sent }) => sent),
    expect(of: 'answer' | 'any', fate: Fate): void {
      fates.push({ of, fate })
    },
    isUp: () => up,
    /** While it is down, requests fail, and no reply comes through; what is on its way may still arrive. */
    setUp(next: boolean): void {
      const isLost = up && !next
      up = next
      if (isLost) for (const journey of underWay) journey.fail('the network went')
    },
    serverDown: road.serverDown,
    /** The tab died: what it sent goes on without it. */
    abandon(tab: number): void {
      for (const journey of underWay) {
        const { sent } = journey
        if (sent.tab !== tab || sent.ended) continue
        underWay.delete(journey)
        Object.assign(sent, { ended: true, outcome: 'its tab died' })
        tell({ kind: 'ended', request: sent, how: sent.outcome })
      }
    },
    /** Nothing that is on its way gets anywhere. */
    end(): void {
      underWay.clear()
      held.clear()
    },
    /** No more faults but those that are on their way. */
    forgetFaults(): void {
      fates = []
      road.serverDown(0)
    },
  }
}

/** A request as plain data: the platform's own would keep the tab alive that sent it. */
interface Wire {
  readonly method: string
  readonly headers: [string, string][]
  readonly body?: string
}

function describe(
  url: string,
  { method, headers, body }: Wire,
  known: Pick<SentRequest, 'tab' | 'user' | 'number' | 'at'>,
): SentRequest {
  const path = new URL(url).pathname
  const [, eventId] = (method === 'GET' ? MINE_PATH : RSVP_PATH).exec(path) ?? []
  const said = body && (JSON.parse(body) as { status?: string }).status
  const [, bearer = ''] = headers.find(([name]) => name === 'authorization') ?? []
  return {
    ...known,
    method,
    path,
    eventId: eventId && decodeURIComponent(eventId),
    status: RSVP_STATUSES.find((status) => status === said),
    token: bearer.replace(/^Bearer /, ''),
    ended: false,
    outcome: '',
    disturbed: false,
    fate: '',
  }
}

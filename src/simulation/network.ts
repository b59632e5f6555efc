import { RSVP_STATUSES } from '../model/entities.ts'
import type { FetchPort } from '../ports.ts'
import type { Gate } from './gate.ts'
import type { Happening, SentRequest } from './happening.ts'
import type { Said, SaidRows } from './said.ts'
import type { SimulatedServer } from './server.ts'
import type { Fate } from './step.ts'
import type { Timeline } from './timeline.ts'

export interface NetworkParts {
  readonly server: SimulatedServer
  readonly timeline: Timeline
  readonly said: Said
  readonly random: () => number
  readonly tell: (happening: Happening) => void
}

interface Answer {
  readonly status: number
  readonly type: string
  readonly text: string
  readonly headers?: Record<string, string>
  readonly redirected?: boolean
  /** What it says of rows; `undefined` where it is not the API's own. */
  readonly rows?: SaidRows | undefined
}

/** A request on its way. */
interface Journey {
  readonly sent: SentRequest
  readonly gate: Gate
  readonly copy: () => Request
  readonly resolve: (answer: Answer) => void
  readonly fail: (why: string) => void
}

const RSVP_PATH = /\/events\/([^/]+)\/rsvp$/
const MINE_PATH = /\/events\/([^/]+)\/me\/rsvp$/
/** Nobody waits longer than this for a request that has to let another one pass. */
const REORDER_MS = 8_000

export type Network = ReturnType<typeof createNetwork>

/** What lies between a phone and the server: it loses, delays, doubles and reorders, and answers in the server's place. */
export function createNetwork({ server, timeline, said, random, tell }: NetworkParts) {
  const requests: SentRequest[] = []
  const underWay = new Set<Journey>()
  let fates: { readonly of: 'answer' | 'any'; readonly fate: Fate }[] = []
  const overtaken: (() => void)[] = []
  let up = true
  let downUntil = 0

  const after = (ms: number, run: () => void) => void timeline.at(timeline.now() + ms, run)
  /** Mostly at once, so that most steps see their end. */
  const latency = () => (random() < 0.5 ? 0 : Math.ceil(random() * 900))

  async function exchange(request: Request): Promise<Answer> {
    const reply = await server.fetch(request)
    const text = await reply.text()
    const type = reply.headers.get('content-type') ?? ''
    const rows = reply.ok && type.includes('json') ? said.read(text) : undefined
    const date = reply.headers.get('date')
    return { status: reply.status, type, text, rows, headers: date ? { date } : {} }
  }

  /** The server takes it; `then` is told what it said, unless the tab has stopped waiting. */
  function arrive(journey: Journey, then: (answer: Answer) => void): void {
    for (const pass of overtaken.splice(0)) after(1, pass)
    if (timeline.now() < downUntil) return journey.fail('the server is down')
    exchange(journey.copy()).then(
      (answer) => {
        const { sent } = journey
        tell({ kind: 'landed', request: sent, httpStatus: answer.status, late: sent.ended })
        then(answer)
      },
      () => journey.fail('aborted'),
    )
  }

  const home =
    (journey: Journey, ms = latency()) =>
    (answer: Answer) =>
      after(ms, () => (up ? journey.resolve(answer) : journey.fail('the network went')))

  function takeFate({ status }: SentRequest): Fate | undefined {
    const place = fates.findIndex(({ of }) => of === 'any' || status !== undefined)
    return place < 0 ? undefined : fates.splice(place, 1)[0]?.fate
  }

  function travel(journey: Journey): void {
    if (!up) return after(0, () => journey.fail('no network'))
    const fate = takeFate(journey.sent)
    if (!fate) return after(latency(), () => arrive(journey, home(journey)))
    journey.sent.fate = fate.kind
    const fail = (silently: boolean) => silently || after(latency(), () => journey.fail('no reply'))
    switch (fate.kind) {
      case 'lose-request':
        return void fail(fate.silently)
      case 'lose-reply':
        return after(latency(), () => arrive(journey, () => fail(fate.silently)))
      case 'delay':
        return after(latency(), () => arrive(journey, home(journey, fate.ms)))
      case 'duplicate':
        after(fate.ms, () => arrive(journey, () => {}))
        return after(latency(), () => arrive(journey, home(journey)))
      case 'zombie':
        fail(fate.silently)
        return after(fate.ms, () => arrive(journey, () => {}))
      case 'reorder': {
        let gone = false
        const pass = () => {
          if (!gone) arrive(journey, home(journey))
          gone = true
        }
        overtaken.push(pass)
        return after(REORDER_MS, pass)
      }
      default: {
        const instead = () => home(journey)(inPlaceOf(fate))
        return after(latency(), () => (fate.applied ? arrive(journey, instead) : instead()))
      }
    }
  }

  function describe(request: Request, tab: number, user: string): SentRequest {
    const { pathname } = new URL(request.url)
    const [, answered] = RSVP_PATH.exec(pathname) ?? []
    const [, mine] = MINE_PATH.exec(pathname) ?? []
    const eventId = request.method === 'GET' ? mine : answered
    return {
      number: requests.length + 1,
      ...{ tab, user, method: request.method, path: pathname },
      eventId: eventId && decodeURIComponent(eventId),
      status: undefined,
      token: request.headers.get('authorization')?.replace(/^Bearer /, '') ?? '',
      ...{ at: timeline.now(), ended: false, disturbed: false, fate: '' },
    }
  }

  /** The fetch of one tab. */
  const fetchOf =
    (tab: number, user: string, gate: Gate): FetchPort =>
    async (request) => {
      const body = request.body ? await request.text() : undefined
      const sent = { ...describe(request, tab, user), status: statusIn(body) }
      return new Promise((resolve, reject) => {
        const end = (how: string, run: () => void) => {
          if (sent.ended) return
          sent.ended = true
          underWay.delete(journey)
          tell({ kind: 'ended', request: sent, how })
          run()
        }
        const journey: Journey = {
          sent,
          gate,
          copy: () => new Request(request.url, copyOf(request, body)),
          resolve: (answer) =>
            gate.pass(() => end(`${answer.status}`, () => resolve(hear(sent, answer))), true),
          fail: (why) => gate.pass(() => end(why, () => reject(new TypeError('Failed to fetch'))), true),
        }
        const abandon = () => end('given up', () => reject(request.signal.reason))
        if (request.signal.aborted) return abandon()
        request.signal.addEventListener('abort', abandon)
        gate.pass(() => {
          requests.push(sent)
          underWay.add(journey)
          tell({ kind: 'sent', request: sent, how: sent.method })
          travel(journey)
        }, true)
      })
    }

  /** The reply as the platform gives it; what it says of the user's own answers is told. */
  function hear(
    { tab, user }: SentRequest,
    { status, type, text, headers, redirected, rows }: Answer,
  ): Response {
    for (const row of rows?.responses ?? []) {
      if (row.userId === user)
        tell({ kind: 'heard', tab, user, eventId: String(row.eventId), status: String(row.status) })
    }
    const response = new Response(text, { status, headers: { 'content-type': type, ...headers } })
    if (redirected) Object.defineProperty(response, 'redirected', { value: true })
    return response
  }

  return {
    requests,
    fetchOf,
    underWay: (): readonly SentRequest[] => [...underWay].map(({ sent }) => sent),
    expect(of: 'answer' | 'any', fate: Fate): void {
      fates.push({ of, fate })
    },
    isUp: () => up,
    /** While it is down, requests fail, and no reply comes through; what is on its way may still arrive. */
    setUp(next: boolean): void {
      if (up && !next) for (const journey of underWay) journey.fail('the network went')
      up = next
    },
    serverDown(ms: number): void {
      downUntil = timeline.now() + ms
    },
    isServerDown: () => timeline.now() < downUntil,
    forgetFates(): void {
      fates = []
      downUntil = 0
    },
  }
}

const copyOf = ({ method, headers }: Request, body: string | undefined): RequestInit => ({
  method,
  headers,
  ...(body !== undefined && { body }),
})

function statusIn(body: string | undefined) {
  const said = body && (JSON.parse(body) as { status?: string }).status
  return RSVP_STATUSES.find((status) => status === said)
}

/** What comes back instead of the server's own reply. */
function inPlaceOf(fate: Extract<Fate, { readonly applied: boolean }>): Answer {
  switch (fate.kind) {
    case 'captive-portal':
      return { status: 200, type: 'text/html', text: '<h1>Welcome to Station Wi-Fi</h1>' }
    case 'broken-json':
      return { status: 200, type: 'application/json', text: '{"events":[{"eve' }
    case 'redirect':
      return { status: 200, type: 'application/json', text: '{"events":[]}', redirected: true }
    case 'reply': {
      const { status, retryAfterS } = fate
      const headers = retryAfterS === undefined ? {} : { 'retry-after': String(retryAfterS) }
      const code = { 401: 400100, 403: 400300, 409: 400900, 429: 400311 }[status as 401] ?? status * 1000
      const text = JSON.stringify({ status: 'error', code, message: `simulated ${status}` })
      return { status, type: 'application/json', text, headers }
    }
  }
}

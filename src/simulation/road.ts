import { type Answer, inPlaceOf, withBadRows } from './answer.ts'
import type { Happening, SentRequest } from './happening.ts'
import type { Said } from './said.ts'
import type { SimulatedServer } from './server.ts'
import type { Fate } from './step.ts'
import type { Timeline } from './timeline.ts'

/** A request on its way. */
export interface Journey {
  readonly sent: SentRequest
  /** As it goes to the server: without the signal by which its tab gives it up. */
  readonly copy: () => Request
  readonly resolve: (answer: Answer) => void
  readonly fail: (why: string) => void
}

export interface RoadParts {
  readonly server: SimulatedServer
  readonly timeline: Timeline
  readonly said: Said
  readonly random: () => number
  readonly tell: (happening: Happening) => void
  /** Is there a network for the way back? */
  readonly isUp: () => boolean
}

/** Nobody waits longer than this for the request that is to pass it. */
const OVERTAKEN_MS = 8_000

/** The way to the server and back: each request goes it as its fate says. */
export function createRoad({ server, timeline, said, random, tell, isUp }: RoadParts) {
  let overtaken: (() => void)[] = []
  let downUntil = 0

  const after = (ms: number, run: () => void): void => void timeline.at(timeline.now() + ms, run)
  /** Mostly none, so that most steps see their end. */
  const latency = () => (random() < 0.5 ? 0 : Math.ceil(random() * 900))

  async function exchange(request: Request): Promise<Answer> {
    const reply = await server.fetch(request)
    const text = await reply.text()
    const type = reply.headers.get('content-type') ?? ''
    const rows = reply.ok && type.includes('json') ? said.read(text) : undefined
    const date = reply.headers.get('date')
    return { status: reply.status, type, text, rows, headers: date ? { date } : {} }
  }

  /** The server takes it; `then` is told what it said. */
  function arrive(journey: Journey, then: (answer: Answer) => void): void {
    for (const pass of overtaken) after(1, pass)
    overtaken = []
    if (timeline.now() < downUntil) journey.fail('the server is down')
    else
      exchange(journey.copy()).then((answer) => {
        const { sent } = journey
        tell({ kind: 'landed', request: sent, httpStatus: answer.status, late: sent.ended })
        then(answer)
      })
  }

  function home(journey: Journey, answer: Answer, ms = latency()): void {
    after(ms, () => (isUp() ? journey.resolve(answer) : journey.fail('the network went')))
  }

  const there = (journey: Journey, ms: number, then: (answer: Answer) => void) =>
    after(ms, () => arrive(journey, then))

  function travel(journey: Journey, fate: Fate | undefined): void {
    const roundTrip = (ms?: number) => there(journey, latency(), (answer) => home(journey, answer, ms))
    const lose = (silently: boolean) => {
      if (!silently) after(latency(), () => journey.fail('no reply'))
    }
    switch (fate?.kind) {
      case undefined:
        roundTrip()
        break
      case 'lose-request':
        lose(fate.silently)
        break
      case 'lose-reply':
        there(journey, latency(), () => lose(fate.silently))
        break
      case 'delay':
        roundTrip(fate.ms)
        break
      case 'duplicate':
        roundTrip()
        there(journey, fate.ms, () => {})
        break
      case 'zombie':
        lose(fate.silently)
        there(journey, fate.ms, () => {})
        break
      case 'bad-rows':
        there(journey, latency(), (answer) => home(journey, withBadRows(answer)))
        break
      case 'reorder':
        waitToBePassed(journey)
        break
      default:
        if (fate) answerInstead(journey, fate)
    }
  }

  function answerInstead(journey: Journey, fate: Parameters<typeof inPlaceOf>[0]): void {
    const instead = () => home(journey, inPlaceOf(fate))
    if (fate.applied) there(journey, latency(), instead)
    else instead()
  }

  function waitToBePassed(journey: Journey): void {
    let gone = false
    const pass = () => {
      if (!gone) arrive(journey, (answer) => home(journey, answer))
      gone = true
    }
    overtaken.push(pass)
    after(OVERTAKEN_MS, pass)
  }

  return {
    travel,
    serverDown(ms: number): void {
      downUntil = timeline.now() + ms
    },
  }
}

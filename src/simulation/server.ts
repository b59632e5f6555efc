import { type ApiDouble, createApiDouble } from '../double/api-double.ts'
import type { RsvpStatus } from '../model/entities.ts'
import type { FeedMessage } from '../model/feed.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { History, Organised } from './step.ts'

/** The true time, which is the server's own. */
export interface ServerClock {
  now(): number
  at(moment: number, run: () => void): () => void
}

/**
 * The server of a world. Map your own here: it must speak the API's paths, hold `events` from the start, and change
 * at once when told to.
 */
export interface SimulatedServer {
  readonly baseUrl: string
  readonly events: readonly EventId[]
  /** Answers one request. Faults are the network's business: this one always works. */
  fetch(request: Request): Promise<Response>
  /** A token in force for this user; the same one until it expires. */
  token(userId: UserId): string
  expireTokens(): void
  /** The user's status per event, as the server has it; nothing where there is none. */
  truth(userId: UserId): ReadonlyMap<EventId, string>
  /** The user answers from another device, or somebody else does; no rule is asked. */
  answerAs(userId: UserId, eventId: EventId, status: RsvpStatus): void
  organise(eventId: EventId, what: Organised): void
  /** Tells what this user may hear of, as it happens, until it is stopped. Without it nobody has a live feed. */
  live?(userId: UserId, hear: (message: FeedMessage) => void): () => void
}

/** Makes the server of one history. */
export type ServerMaker = (clock: ServerClock, history: History) => SimulatedServer

const DAY_MS = 86_400_000

/** The API double as the server of a world: three events, nobody has answered. */
export const doubleAsServer: ServerMaker = (clock, { wording, seed }) => {
  const api = createApiDouble({
    events: 0,
    users: ['ada', 'bob'],
    clock,
    wording,
    seed,
    tokenLifetimeMs: DAY_MS * 3650,
  })
  const events = ['event-1', 'event-2', 'event-3']
  events.forEach((eventId, index) => {
    const start = new Date(clock.now() + DAY_MS * (3 + index)).toISOString()
    api.putEvent({
      eventId,
      startTime: start,
      endTime: new Date(clock.now() + DAY_MS * (4 + index)).toISOString(),
    })
  })
  return {
    baseUrl: 'http://api.test',
    events,
    fetch: api.fetch,
    token: api.tokenFor,
    expireTokens: () => api.expireTokens(),
    truth: (userId) =>
      new Map(
        api
          .responses()
          .filter((row) => row.userId === userId)
          .map(({ eventId, status }) => [eventId, status]),
      ),
    answerAs: (userId, eventId, status) => void api.answerAs(userId, eventId, status),
    organise: (eventId, what) => organise(api, clock, eventId, what),
    live(userId, hear) {
      const hearing = api.live(userId).subscribe(hear)
      return () => hearing.unsubscribe()
    },
  }
}

function organise(api: ApiDouble, clock: ServerClock, eventId: EventId, what: Organised): void {
  const startingIn = (ms: number) => {
    const startTime = new Date(clock.now() + ms).toISOString()
    api.putEvent({ eventId, startTime, endTime: new Date(clock.now() + ms + DAY_MS).toISOString() })
  }
  switch (what) {
    case 'cancel':
      api.cancelEvent(eventId)
      break
    case 'delete':
      api.deleteEvent(eventId)
      break
    case 'end':
      api.putEvent({ eventId, status: 'ended' })
      break
    case 'reschedule':
      startingIn(DAY_MS * 6)
      break
    case 'start-soon':
      startingIn(20 * 60_000)
      break
  }
}

import { createRsvpStore, type RsvpStore } from '../../src/index.ts'
import { sampleToken } from '../src/sample-token.ts'

/** `?event=…&user=…` on the sample server; `?api=…&token=…` beside them for the real API. */
const address = new URLSearchParams(location.search)
const userId = address.get('user') ?? 'ada'
const api = address.get('api')

export const eventId = address.get('event') ?? 'event-1'

export const makeStore = (): RsvpStore =>
  createRsvpStore({
    userId,
    baseUrl: api ?? location.origin,
    getToken: (request) => (api ? (address.get('token') ?? '') : sampleToken({ ...request, userId })),
    name: 'cards',
    // The sample server is beside us: it is asked again sooner than a fleet of phones should ask one of the world's.
    push: { backoff: { baseMs: 200, capMs: 1_000 } },
  })

import type { RsvpStatus } from '../../../src/index.ts'
import type { AcceptedWrite, SeenRequest } from '../../../src/testing.ts'
import type { Demo } from '../demo.ts'

interface DoubleState {
  readonly writes: readonly AcceptedWrite[]
  readonly requests: readonly SeenRequest[]
}

const doubleOf = (demo: Demo): Promise<DoubleState> =>
  fetch(`${demo.url}__double`).then((reply) => reply.json() as Promise<DoubleState>)

/** A server that nobody has used before. */
export const startOver = (demo: Demo): Promise<Response> =>
  fetch(`${demo.url}__double`, { method: 'PUT', body: JSON.stringify({ reset: true }) })

/** What the server took for this event, in order. */
export const writesOf = async (demo: Demo, eventId: string): Promise<readonly RsvpStatus[]> =>
  (await doubleOf(demo)).writes.flatMap((write) => (write.eventId === eventId ? [write.status] : []))

/** How often the event was pulled. */
export const pullsOf = async (demo: Demo, eventId: string): Promise<number> =>
  (await doubleOf(demo)).requests.filter(
    ({ method, path }) => method === 'GET' && path === `/api/v1/events/${eventId}`,
  ).length

/** The event's name, as the server has it. */
export async function titleOf(demo: Demo, eventId: string): Promise<string> {
  const { token } = await (await fetch(`${demo.url}__double/token?user=ada`)).json()
  const headers = { authorization: `Bearer ${token}` }
  const { events } = await (await fetch(`${demo.url}api/v1/events/${eventId}`, { headers })).json()
  return events[0].title
}

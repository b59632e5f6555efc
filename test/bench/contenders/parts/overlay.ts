import type { EventRow, Shown, Status } from '../../contender.ts'

/** What a view says of an event: the server's row, with my open answer laid over what the server has of mine. */
export function show(event: EventRow, said: Status | null = null, answer?: Status): Shown {
  const { eventId, title, rsvpCount } = event
  const mine = answer ?? said
  const going = rsvpCount - (said === 'going' ? 1 : 0) + (mine === 'going' ? 1 : 0)
  return { eventId, title, mine, going }
}

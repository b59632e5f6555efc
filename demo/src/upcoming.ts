import type { EventsQueryInput } from '../../src/index.ts'
import type { Which } from './route.ts'

/** From this morning on: what began an hour ago is still worth knowing. */
const UPCOMING: EventsQueryInput = { from: new Date().setHours(0, 0, 0, 0), limit: 100 }

/** The lists of the app. */
export const UPCOMING_BY_WHICH: Readonly<Record<Which, EventsQueryInput>> = {
  all: UPCOMING,
  going: { ...UPCOMING, myStatus: 'going' },
  interested: { ...UPCOMING, myStatus: 'interested' },
}

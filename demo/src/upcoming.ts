import type { EventView, ListObservable } from '../../src/index.ts'
import type { Which } from './route.ts'
import { store } from './store.ts'

/**
 * From this morning on: what began an hour ago is still worth knowing. Many at once: whenever a list grows, its
 * beginning is asked for again.
 */
const UPCOMING = { from: new Date().setHours(0, 0, 0, 0), limit: 500 }

/** The lists of the app; each stays as long as it has grown. */
export const UPCOMING_BY_WHICH: Readonly<Record<Which, ListObservable<EventView>>> = {
  all: store.events$(UPCOMING),
  going: store.events$({ ...UPCOMING, myStatus: 'going' }),
  interested: store.events$({ ...UPCOMING, myStatus: 'interested' }),
}

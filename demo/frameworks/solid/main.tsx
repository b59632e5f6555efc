import { createSignal } from 'solid-js'
import { render } from 'solid-js/web'
import { onWrites, present } from '../page.ts'
import { EventCard } from './event-card.tsx'
import { RsvpStoreContext } from './rsvp-store.ts'

/** Solid runs a component once: a draw is a change that it writes into the document. */
await present((place, given) => {
  const [eventId, show] = createSignal(given.eventId)
  const dispose = render(
    () => (
      <RsvpStoreContext.Provider value={given.store}>
        <EventCard eventId={eventId()} />
      </RsvpStoreContext.Provider>
    ),
    place,
  )
  const stop = onWrites(place, given.drawn)
  return {
    show,
    remove: () => {
      stop()
      dispose()
    },
  }
})

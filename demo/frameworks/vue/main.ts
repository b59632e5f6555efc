import { createApp, createSSRApp, h, shallowRef } from 'vue'
import { present } from '../page.ts'
import EventCard from './event-card.vue'
import { rsvpStoreKey } from './rsvp-store.ts'

/** A draw is what Vue says of a component's own node: that it was mounted, or updated. */
await present((place, given) => {
  const eventId = shallowRef(given.eventId)
  const page = {
    render: () =>
      h(EventCard, {
        eventId: eventId.value,
        onVnodeMounted: given.drawn,
        onVnodeUpdated: given.drawn,
      }),
  }
  // What a server has rendered is taken over as it is.
  const app = place.hasChildNodes() ? createSSRApp(page) : createApp(page)
  app.provide(rsvpStoreKey, given.store).mount(place)
  return {
    show: (id) => {
      eventId.value = id
    },
    remove: () => app.unmount(),
  }
})

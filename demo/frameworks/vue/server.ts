import { createSSRApp, h } from 'vue'
import { renderToString } from 'vue/server-renderer'
import { createRsvpStore } from '../../../src/index.ts'
import { counted } from '../counted.ts'
import EventCard from './event-card.vue'
import { rsvpStoreKey } from './rsvp-store.ts'

/** As Nuxt would, for one request: a store of its own, which is closed when the markup is there. */
export async function render(eventId: string) {
  const { store, observers } = counted(
    createRsvpStore({ userId: 'ada', baseUrl: 'https://api.test', getToken: () => '' }),
  )
  const app = createSSRApp({ render: () => h(EventCard, { eventId }) }).provide(rsvpStoreKey, store)
  const html = await renderToString(app)
  const before = observers()
  await store.close() // Vue ends no subscription of what was only rendered
  return { html, observers: { before, after: observers() } }
}

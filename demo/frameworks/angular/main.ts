import '@angular/compiler' // finishes Angular's own packages; in an app the build of its CLI has done that
import { afterEveryRender, createComponent, inputBinding, signal } from '@angular/core'
import { createApplication } from '@angular/platform-browser'
import { present } from '../page.ts'
import { EventCard } from './event-card.ts'
import { RSVP_STORE } from './rsvp-store.ts'

/** A draw is what Angular calls a render: its change detection has run over the views that asked for it. */
await present(async (place, { store, eventId, drawn }) => {
  const app = await createApplication({ providers: [{ provide: RSVP_STORE, useValue: store }] })
  const id = signal(eventId)
  const card = createComponent(EventCard, {
    environmentInjector: app.injector,
    hostElement: place.appendChild(document.createElement('event-card')),
    bindings: [inputBinding('eventId', id)],
  })
  afterEveryRender({ read: drawn }, { injector: app.injector })
  app.attachView(card.hostView)
  return { show: (eventId) => id.set(eventId), remove: () => app.destroy() }
})

import { mount, unmount } from 'svelte'
import { onWrites, present } from '../page.ts'
import Page from './page.svelte'

/** Svelte draws no component as a whole: a draw is a change that it writes into the document. */
await present((place, { store, eventId, drawn }) => {
  const props = $state({ store, eventId })
  const page = mount(Page, { target: place, props })
  const stop = onWrites(place, drawn)
  return {
    show: (id) => {
      props.eventId = id
    },
    remove: () => {
      stop()
      void unmount(page)
    },
  }
})

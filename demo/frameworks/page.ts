import type { RsvpStore } from '../../src/index.ts'
import { counted } from './counted.ts'
import { eventId, makeStore } from './store.ts'

/** A card on the page, of whatever framework. */
export interface Mounted {
  /** Gives the card another event. */
  readonly show: (eventId: string) => void
  readonly remove: () => void
}

/** Puts the card into `place`; says `drawn()` each time that its framework has drawn it. */
export type Mount = (
  place: HTMLElement,
  given: { readonly store: RsvpStore; readonly eventId: string; readonly drawn: () => void },
) => Mounted | Promise<Mounted>

/** What a curious visitor, or a test, finds in the console. */
export interface CardPage {
  readonly store: RsvpStore
  readonly mount: () => Promise<void>
  readonly unmount: () => void
  readonly show: (eventId: string) => void
  /** How often the card was drawn. */
  readonly draws: () => number
  /** How many observe the store. */
  readonly observers: () => number
}

declare global {
  var card: CardPage
}

/** The whole page: a store, and the card of one framework. */
export async function present(mount: Mount): Promise<void> {
  const place = document.getElementById('app') as HTMLElement
  const { store, observers } = counted(makeStore())
  let draws = 0
  let mounted: Mounted | undefined
  const drawn = () => {
    draws += 1
  }
  globalThis.card = {
    store,
    async mount() {
      mounted = await mount(place, { store, eventId, drawn })
    },
    unmount() {
      mounted?.remove()
      mounted = undefined
    },
    show: (eventId) => mounted?.show(eventId),
    draws: () => draws,
    observers,
  }
  await globalThis.card.mount()
}

/**
 * For frameworks that do not draw a component as a whole: each of its expressions writes what has changed, and what is
 * written in one go is told here in one go.
 */
export function onWrites(place: HTMLElement, drawn: () => void): () => void {
  const writes = new MutationObserver(drawn)
  writes.observe(place, { subtree: true, childList: true, characterData: true, attributes: true })
  return () => writes.disconnect()
}

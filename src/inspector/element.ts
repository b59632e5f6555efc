import { Subscription } from 'rxjs'
import type { Capabilities } from '../model/capabilities.ts'
import type { Moment } from '../model/moment.ts'
import type { SyncStatus } from '../model/status.ts'
import type { RsvpStore } from '../public-api.ts'
import { oneAtATime } from '../storage/streams.ts'
import { LOOK } from './look.ts'
import { type Child, createNodes } from './nodes.ts'
import { browserPart, mirrorPart, outboxPart, statusPart, storyPart } from './sections.ts'
import { createStory, type StoryStep } from './story.ts'

/** What the element needs from outside. */
export interface InspectorParts {
  readonly now: () => Moment
  readonly readCapabilities: () => Promise<Capabilities>
}

/** The element: give it a store. While it is in a page it listens; out of it, it holds nothing. */
export interface RsvpInspectorElement extends HTMLElement {
  store: RsvpStore | undefined
}

/** Steps that are remembered; older ones are forgotten. */
const STEPS_MOST = 300

/** Made when it is asked for, as there is no `HTMLElement` where a server renders. */
export function createInspectorClass({ now, readCapabilities }: InspectorParts): CustomElementConstructor {
  return class extends HTMLElement implements RsvpInspectorElement {
    #store: RsvpStore | undefined
    #listening: Subscription | undefined

    get store(): RsvpStore | undefined {
      return this.#store
    }

    set store(store: RsvpStore | undefined) {
      if (store === this.#store) return
      this.#store = store
      this.#listening?.unsubscribe()
      if (this.isConnected) this.#listening = this.#listen()
    }

    connectedCallback(): void {
      this.#listening?.unsubscribe()
      this.#listening = this.#listen()
    }

    disconnectedCallback(): void {
      this.#listening?.unsubscribe()
    }

    #listen(): Subscription {
      const root = this.shadowRoot ?? this.attachShadow({ mode: 'open' })
      const show = inspect(root, this.ownerDocument)
      if (!this.#store) return new Subscription()
      return follow(this.#store, show, { now, readCapabilities })
    }
  }
}

type Shown = ReturnType<typeof inspect>

/** Lays the parts out; each can be filled by itself. */
function inspect(root: ShadowRoot, page: Document) {
  const nodes = createNodes(page)
  const style = new (page.defaultView as typeof globalThis & Window).CSSStyleSheet()
  style.replaceSync(LOOK)
  root.adoptedStyleSheets = [style]
  const part = (title: string, isOpen: boolean) => {
    const [about, body] = [nodes.node('span', {}), nodes.node('div', {})]
    const details = nodes.node(
      'details',
      { open: isOpen ? '' : undefined },
      nodes.node('summary', {}, `${title} `, about),
      body,
    )
    return {
      details,
      fill(content: Child, words = ''): void {
        about.textContent = words
        body.replaceChildren(...(content === undefined ? [] : [content]))
      },
    }
  }
  const parts = {
    outbox: part('Outbox', true),
    story: part('What became of each answer', true),
    status: part('Status', true),
    mirror: part('On this device', false),
    browser: part('This browser', false),
  }
  root.replaceChildren(...Object.values(parts).map(({ details }) => details))
  return { nodes, parts }
}

function follow(
  store: RsvpStore,
  { nodes, parts }: Shown,
  { now, readCapabilities }: InspectorParts,
): Subscription {
  const listening = new Subscription()
  let steps: readonly StoryStep[] = []
  let last: SyncStatus | undefined
  let can: Capabilities | undefined
  const count = oneAtATime(async () => {
    // What the device cannot say is said by the status.
    const inspection = await store.inspect().catch(() => undefined)
    if (inspection && !listening.closed) parts.mirror.fill(mirrorPart(nodes, inspection))
  })
  const showBrowser = () =>
    can && parts.browser.fill(browserPart(nodes, can, last?.storage !== 'unavailable'))
  parts.story.fill(storyPart(nodes, steps))
  parts.mirror.fill(nodes.node('p', {}, 'Not counted: see the storage above.'))
  listening.add(
    store.outbox$.subscribe((entries) => parts.outbox.fill(outboxPart(nodes, entries), `${entries.length}`)),
  )
  listening.add(
    createStory(store, now).subscribe((step) => {
      steps = [...steps, step].slice(-STEPS_MOST)
      parts.story.fill(storyPart(nodes, steps))
    }),
  )
  listening.add(
    store.status$.subscribe((status) => {
      parts.status.fill(statusPart(nodes, status), `${status.network}, ${status.work}`)
      // Rows come with a word from the server, and with answers.
      const isNews = status.lastSyncedAt !== last?.lastSyncedAt || status.queued !== last?.queued
      const isStorageNews = status.storage !== last?.storage
      last = status
      if (isStorageNews) showBrowser()
      if (isNews && status.storage === 'ready') void count()
    }),
  )
  void readCapabilities().then((known) => {
    can = known
    if (!listening.closed) showBrowser()
  })
  return listening
}

import { createElement, type ReactElement, type ReactNode, StrictMode, startTransition } from 'react'
import { flushSync } from 'react-dom'
import { createRoot, hydrateRoot, type Root } from 'react-dom/client'
import { nativeOf } from '../../../docs/examples/native-observable.ts'
import { App as Example } from '../../../docs/examples/react-app.tsx'
import { createRsvpStore, type RsvpStore } from '../../../src/index.ts'
import { RsvpStoreProvider } from '../../../src/react.ts'
import { type ApiDouble, createApiDouble } from '../../../src/testing.ts'
import { App, Later } from './app.tsx'
import { type Counts, counting } from './counting.ts'
import * as scenes from './scenes.tsx'

/** What the tests find on the page. */
export interface Stage {
  readonly h: typeof createElement
  readonly scenes: typeof scenes
  /** The app of docs/react.md. */
  readonly Example: typeof Example
  readonly nativeOf: typeof nativeOf
  readonly api: ApiDouble
  readonly stores: Readonly<Record<'ada' | 'bob', RsvpStore>>
  readonly counts: Readonly<Record<'ada' | 'bob', Counts>>
  /** Renders in the page, and is done when it returns; in a transition it is not. */
  show(app: ReactNode, options?: ShowOptions): void
  /** Makes live what a server has rendered. */
  hydrate(part: 'app' | 'later'): void
  /** Takes everything off the page. */
  hide(): void
  /** What React has recovered from. */
  readonly recovered: string[]
}

interface ShowOptions {
  readonly user?: 'ada' | 'bob'
  readonly isStrict?: boolean
  readonly isTransition?: boolean
}

declare global {
  var stage: Stage
}

const api = createApiDouble({ events: 60, users: ['ada', 'bob', 'carl'] })

const storeOf = (userId: string) => {
  const store = createRsvpStore({
    userId,
    baseUrl: 'http://api.test',
    getToken: () => api.tokenFor(userId),
    name: 'stage',
    ports: { fetch: api.fetch },
  })
  const counted = counting(store)
  return { ...counted, store: Object.assign(counted.store, { userId }) }
}
const [ada, bob] = [storeOf('ada'), storeOf('bob')]

const place = document.getElementById('root') as HTMLElement
const recovered: string[] = []
const options = { onRecoverableError: (error: unknown) => void recovered.push(String(error)) }
let root: Root | undefined

const inProvider = (app: ReactNode, store: RsvpStore): ReactElement =>
  createElement(RsvpStoreProvider, { store }, app)

globalThis.stage = {
  h: createElement,
  scenes,
  Example,
  nativeOf,
  api,
  stores: { ada: ada.store, bob: bob.store },
  counts: { ada: ada.counts, bob: bob.counts },
  recovered,
  show(app, { user = 'ada', isStrict = false, isTransition = false } = {}) {
    root ??= createRoot(place, options)
    const whole = inProvider(app, stage.stores[user])
    const render = () => root?.render(isStrict ? createElement(StrictMode, null, whole) : whole)
    if (isTransition) startTransition(render)
    else flushSync(render)
  },
  hydrate(part) {
    const app = inProvider(createElement(part === 'app' ? App : Later), ada.store)
    root = hydrateRoot(place, app, options)
  },
  hide() {
    root?.unmount()
    root = undefined
  },
}

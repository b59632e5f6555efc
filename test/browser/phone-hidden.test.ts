import { beforeAll, describe, expect, test, vi } from 'vitest'
import { buildPage } from './phone/build-page.ts'
import { ENGINES } from './phone/engines.ts'
import { eventually } from './phone/eventually.ts'
import { report } from './phone/figures.ts'
import { acceptedOf, answersSent, type Home, type Releases } from './phone/home.ts'
import type { Tab } from './phone/running.ts'
import { startPhone } from './phone/start.ts'
import { answer, isIdle, isReady, look, pullEvents, shows } from './phone/tab.ts'

const TAPS = 30
/** So long that the test is over before a held request is given up, on the slowest machine. */
const TIMEOUT_MS = 100_000

vi.setConfig({ testTimeout: 240_000 }) // a browser starts slowly on a busy machine; nothing waits for time

let releases: Releases
beforeAll(async () => {
  releases = { now: await buildPage() }
})

/** Safari on a phone: touch, and no `freeze` before a hidden page stands still. Counts the page's open connections. */
const asOnIos = `
  Object.defineProperty(navigator, 'maxTouchPoints', { get: () => 5 })
  delete Document.prototype.onfreeze
  globalThis.connections = 0
  const { open } = IDBFactory.prototype
  IDBFactory.prototype.open = function (...asked) {
    const request = open.apply(this, asked)
    request.addEventListener('success', () => {
      connections += 1
      const db = request.result
      const { close } = db
      db.close = () => {
        connections -= 1
        db.close = close
        db.close()
      }
    })
    return request
  }
`
/** The first answer waits on its way to the server until the test lets it pass. */
function holdFirstAnswer(home: Home): () => Promise<void> {
  let pass: (() => void) | undefined
  let held = 0
  home.api.intercept = async (request, next) => {
    if (request.method === 'POST' && held++ === 0)
      await new Promise<void>((resolve) => {
        pass = resolve
      })
    return next(request)
  }
  return async () => {
    await eventually(() => held).toBeGreaterThan(0)
    pass?.()
  }
}

declare const connections: number

const connectionsOf = (tab: Tab) => tab.evaluate(() => connections)
const isShown = (tab: Tab) => tab.evaluate(() => document.visibilityState)

describe.for(ENGINES.map((engine) => [engine.name, engine] as const))('%s', ([name, engine]) => {
  test('P9 a hidden tab holds up no write of the tab in front, and finishes what it was sending', async () => {
    await using started = await startPhone(engine, releases)
    const { home, browser } = started
    const back = await browser.newTab(home.url({ timeoutMs: TIMEOUT_MS }))
    await pullEvents(back)
    await look(back, 'event-1')
    const pass = holdFirstAnswer(home)
    await answer(back, 'event-1', 'going')
    const front = await browser.newTab(home.url({ timeoutMs: TIMEOUT_MS }))
    await isReady(front)
    expect(await isShown(back)).toBe('hidden')
    const times: number[] = []
    for (let tap = 0; tap < TAPS; tap += 1)
      times.push(await answer(front, 'event-2', tap % 2 ? 'going' : 'interested'))
    report(`${name}, a tap until it is on disk, beside a hidden tab`, times)
    expect(acceptedOf(home, 'event-1')).toEqual([])
    await pass()
    await isIdle(front)
    expect(acceptedOf(home, 'event-1')).toEqual(['going'])
    expect(acceptedOf(home, 'event-2').at(-1)).toBe('going')
  })

  test('P9 where hidden may mean frozen (iOS), a reply that comes while the page is hidden counts, and leaves no connection open', async () => {
    await using started = await startPhone(engine, releases, asOnIos)
    const { home, browser } = started
    const tab = await browser.newTab(home.url({ timeoutMs: TIMEOUT_MS }))
    await pullEvents(tab)
    const pass = holdFirstAnswer(home)
    await answer(tab, 'event-1', 'going')
    const other = await browser.newTab(home.blank)
    expect(await isShown(tab)).toBe('hidden')
    await pass()
    await isIdle(tab)
    expect(answersSent(home)).toHaveLength(1)
    await eventually(() => connectionsOf(tab)).toBe(0)
    await other.close()
  })

  test('P9 where hidden may mean frozen (iOS), a hidden page has closed its connection; shown again it is right at once', async () => {
    await using started = await startPhone(engine, releases, asOnIos)
    const { home, browser } = started
    const tab = await browser.newTab(home.url())
    await pullEvents(tab)
    await look(tab, 'event-1')
    await isIdle(tab)
    expect(await connectionsOf(tab)).toBe(1)

    const other = await browser.newTab(home.url())
    expect(await isShown(tab)).toBe('hidden')
    await eventually(() => connectionsOf(tab)).toBe(0)
    await answer(other, 'event-1', 'going')
    await isIdle(other)
    expect(await connectionsOf(tab)).toBe(0)

    await browser.leave(other, tab)
    await eventually(() => isShown(tab)).toBe('visible')
    await shows(tab, 'event-1', 'going')
    expect(await connectionsOf(tab)).toBe(1)
    await answer(tab, 'event-2', 'interested')
    await isIdle(tab)
    expect(acceptedOf(home, 'event-2')).toEqual(['interested'])
  })
})

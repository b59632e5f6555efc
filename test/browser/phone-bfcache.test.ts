import { beforeAll, describe, expect, test, vi } from 'vitest'
import { buildPage } from './phone/build-page.ts'
import { ENGINES } from './phone/engines.ts'
import { eventually } from './phone/eventually.ts'
import { acceptedOf, type Releases } from './phone/home.ts'
import type { Tab } from './phone/running.ts'
import { startPhone } from './phone/start.ts'
import { answer, isIdle, isReady, look, pullEvents, shows } from './phone/tab.ts'

vi.setConfig({ testTimeout: 240_000 }) // a browser starts slowly on a busy machine; nothing waits for time

let releases: Releases
beforeAll(async () => {
  releases = { now: await buildPage() }
})

/** While a page goes, there is none to be asked. */
const addressOf = (tab: Tab) => tab.evaluate(() => location.href).catch(() => undefined)
const lifeOf = (tab: Tab) => tab.evaluate(() => globalThis.phone?.life.join())

describe.for(ENGINES.map((engine) => [engine.name, engine] as const))('%s', ([, engine]) => {
  test('P9 a page that the user comes back to is alive and right: it shows what was said elsewhere, and sends what is said now', async () => {
    await using started = await startPhone(engine, releases)
    const { home, browser } = started
    // A page that is left in the middle of a pull is not kept, in Firefox.
    const tab = await browser.newWindow(home.url({ isStill: true }))
    const other = await browser.newWindow(home.url())
    await isReady(other)
    await pullEvents(tab)
    await look(tab, 'event-1')
    await shows(tab, 'event-2', null)

    await tab.evaluate((url) => void location.assign(url), home.blank)
    await eventually(() => addressOf(tab)).toBe(home.blank)
    await answer(other, 'event-1', 'going')
    await isIdle(other)
    await tab.evaluate(() => history.back())
    await eventually(() => lifeOf(tab).catch(() => undefined)).toContain('pageshow persisted')

    await shows(tab, 'event-1', 'going')
    await answer(tab, 'event-2', 'interested')
    await isIdle(tab)
    expect(acceptedOf(home, 'event-2')).toEqual(['interested'])
    await shows(other, 'event-2', 'interested')
  })
})

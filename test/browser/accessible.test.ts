import axe from 'axe-core'
import type { Page } from 'playwright'
import { describe, expect, test, vi } from 'vitest'
import { eventuallyOn, openDemo } from './app.ts'
import { startDemo } from './demo.ts'
import { launch } from './launch.ts'
import { ENGINES } from './phone/engines.ts'
import { DEMO_STATES } from './states.ts'

vi.setConfig({ testTimeout: 240_000 }) // many pages on a busy machine; nothing waits for time

/** In a form that every engine takes into a page. */
const placeAxe = new Function(axe.source) as () => void

/** Says what axe, which the page must have, finds wrong on what is seen now: the rule, and where. */
const faults = async () => {
  const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`))
}

async function faultsOf(page: Page): Promise<readonly string[]> {
  await page.evaluate(placeAxe)
  return page.evaluate(faults)
}

/** What may move, or fade for longer than a tenth of a second. */
const moving = () =>
  [...document.querySelectorAll('*')].flatMap((element) => {
    const { animationName, transitionDuration, transitionProperty } = getComputedStyle(element)
    const isStill = /^(none|appear)(, appear)*$/.test(animationName) && !/[1-9]/.test(transitionDuration)
    return isStill ? [] : [`${element.className}: ${animationName} ${transitionProperty}`]
  })

describe.for([
  ['en', 'light'],
  ['en', 'dark'],
  ['de', 'light'],
  ['de', 'dark'],
  ['ar', 'light'],
  ['ar', 'dark'],
] as const)('in %s, in the %s, for everybody', ([locale, colorScheme]) => {
  test('no state of the app is closed to anybody, and nothing moves for whoever asks for that', async () => {
    await using demo = await startDemo()
    await using browser = await launch()
    const page = await browser.newPage({
      viewport: { width: 390, height: 844 },
      locale,
      colorScheme,
      reducedMotion: 'reduce',
    })
    for (const { name, reach } of DEMO_STATES) {
      await reach(page, demo.url)
      expect(await faultsOf(page), name).toEqual([])
      expect(await page.evaluate(moving), name).toEqual([])
    }
  })
})

const others = ENGINES.filter(({ name }) => name !== 'chromium').map(
  (engine) => [engine.name, engine] as const,
)

describe.for(others)('%s', ([, engine]) => {
  test('the list and an event are open to everybody, in Arabic too', async () => {
    await using demo = await startDemo()
    const tab = await openDemo(engine, demo.url)
    for (const language of ['en', 'ar']) {
      await tab.evaluate((chosen) => localStorage.setItem('gatherings language', chosen), language)
      for (const address of ['', '#/event/event-1']) {
        await tab.goto(`${demo.url}?${language}${address}`)
        await eventuallyOn(tab, () => document.querySelector('article') !== null).toBe(true)
        await tab.evaluate(placeAxe)
        expect(await tab.evaluate(() => document.documentElement.lang)).toBe(language)
        expect(await tab.evaluate(faults), `${language} ${address}`).toEqual([])
      }
    }
  })
})

import axe from 'axe-core'
import type { Browser } from 'playwright'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { setMood } from './app.ts'
import { type Demo, startDemo } from './demo.ts'
import {
  buildCards,
  CARDS,
  CHECKED,
  checkTypes,
  FRAMEWORKS,
  serveVue,
  writeServedPage,
} from './frameworks/build.ts'
import {
  drawsForNews,
  isUpToDate,
  lookAt,
  mark,
  network,
  openPage,
  outline,
  outlineOf,
  radio,
  tapAndLook,
} from './frameworks/card.ts'
import { pullsOf, startOver, titleOf, writesOf } from './frameworks/server.ts'
import { launch } from './launch.ts'
import { eventually } from './phone/eventually.ts'

declare global {
  /** The element that the server has sent. */
  var served: Element | null
}

let demo: Demo
let browser: Browser

beforeAll(async () => {
  await buildCards()
  demo = await startDemo(CARDS)
  browser = await launch()
}, 300_000)

beforeEach(() => startOver(demo))

afterAll(async () => {
  await browser?.close()
  await demo?.[Symbol.asyncDispose]()
})

test.each(CHECKED)('the card in %s has no wrong type, in its markup neither', (framework) =>
  checkTypes(framework),
)

describe.each(FRAMEWORKS)('the card in %s', (framework) => {
  const open = (event = 'event-1') => openPage(browser, `${demo.url}${framework}/?event=${event}`)

  test('an answer given offline is shown at once, outlives a reload, and reaches the server once', async () => {
    const page = await open()
    const { going } = await lookAt(page)
    await page.context().setOffline(true)
    await network(page, 'offline')
    const seen = await tapAndLook(page, 'going')
    expect(seen).toMatchObject({ answer: 'going', going: going + 1 })
    expect(['saving', 'queued']).toContain(seen.sync)
    await mark(page, 'queued')

    await setMood(demo.url, 'down') // the page itself can be had again, the API cannot
    await page.context().setOffline(false)
    await page.reload()
    await page.locator('article h2').waitFor()
    const kept = await lookAt(page)
    expect(kept).toMatchObject({ answer: 'going', going: going + 1 })
    expect(['queued', 'sending']).toContain(kept.sync)
    expect(await writesOf(demo, 'event-1')).toEqual([])

    await setMood(demo.url, 'well')
    await mark(page, 'synced')
    await network(page, 'online')
    expect(await lookAt(page)).toEqual({ answer: 'going', going: going + 1, sync: 'synced' })
    expect(await writesOf(demo, 'event-1')).toEqual(['going'])
  })

  test('a card that is gone observes nothing and pulls nothing; when it is back it shows at once', async () => {
    const page = await open()
    const observers = () => page.evaluate(() => card.observers())
    const watching = await observers()
    expect(watching).toBeGreaterThan(0)
    const before = await pullsOf(demo, 'event-1')
    await page.evaluate(() => card.store.sync())
    await eventually(() => pullsOf(demo, 'event-1')).toBe(before + 1)
    await isUpToDate(page)

    await page.evaluate(() => card.unmount())
    expect(await observers()).toBe(0)
    expect(await page.locator('article').count()).toBe(0)
    // What is asked for after the rest comes after the rest.
    await page.evaluate(async () => {
      card.store.sync()
      for (const _ of [1, 2]) await card.store.pullEvent('event-2')
    })
    expect(await pullsOf(demo, 'event-1')).toBe(before + 1)

    await setMood(demo.url, 'down')
    await page.evaluate(() => card.mount())
    await page.locator('article h2').waitFor()
    expect(await observers()).toBe(watching)
  })

  test('is drawn once for a change of its event, and not at all for a change of another', async () => {
    const page = await open()
    await page.evaluate(() => card.store.pullEvent('event-2'))
    await isUpToDate(page)
    expect(await drawsForNews(page)).toBe(1)
  })

  test('an answer that the server refuses is said to be, with the reason, and can be discarded', async () => {
    await setMood(demo.url, 'refusing')
    const page = await open()
    const before = await lookAt(page)
    await radio(page, 'Interested').click()
    await mark(page, 'failed')
    expect(await page.locator('.mark').textContent()).toBe('Not accepted')
    expect(await page.locator('.failure p').textContent()).toMatch(/\w{3}/)
    expect((await lookAt(page)).answer).toBe(before.answer)
    await page.getByRole('button', { name: 'Discard' }).click()
    await mark(page, 'synced')
    expect(await page.locator('.failure').count()).toBe(0)
    expect(await lookAt(page)).toEqual(before)
  })

  test('answers by keyboard: arrows move, Space says it', async () => {
    const page = await open()
    await page.keyboard.press('Tab')
    await page.keyboard.press('ArrowLeft')
    await page.keyboard.press('ArrowLeft')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Interested')
    expect((await lookAt(page)).answer).toBeUndefined()
    await page.keyboard.press('Space')
    await mark(page, 'synced')
    expect((await lookAt(page)).answer).toBe('interested')
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Interested')
  })

  test('given another event it never shows the one before, and offers only what that one takes', async () => {
    const page = await open('event-55')
    const isOff = () => page.getByRole('radio', { disabled: true }).allTextContents()
    expect(await isOff()).toEqual(['Going', 'Interested', "Can't go"])
    const title = await page.evaluate(() => {
      card.show('event-58')
      return new Promise<string>((resolve) => {
        const look = () => {
          const { dataset, firstElementChild } = document.querySelector('article') as HTMLElement
          if (dataset.eventId === 'event-58' && firstElementChild)
            resolve(firstElementChild.textContent ?? '')
          else requestAnimationFrame(look)
        }
        requestAnimationFrame(look)
      })
    })
    expect(title).toBe(await titleOf(demo, 'event-58'))
    expect(await isOff()).toEqual(['Going', 'Interested'])
  })

  test('is made of the same elements as in every other', async () => {
    expect(await outline(await open())).toBe(outlineOf(await titleOf(demo, 'event-1')))
  })
})

test.each(['light', 'dark'] as const)(
  'in the %s the card is for people who do not see it, too',
  async (scheme) => {
    await setMood(demo.url, 'refusing')
    const page = await openPage(browser, `${demo.url}react/?event=event-1`)
    await page.emulateMedia({ colorScheme: scheme })
    await radio(page, 'Interested').click()
    await mark(page, 'failed')
    await page.evaluate(axe.source)
    const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
    expect(violations.map(({ id, help }) => `${id}: ${help}`)).toEqual([])
  },
)

describe('the card in Vue, rendered on a server as Nuxt does', () => {
  test('is the same markup for each request, and leaves nothing global and no observer behind', async () => {
    const { html, observers, newGlobals } = await serveVue()
    expect(html[0]).toBe('<article class="card" data-event-id="event-1" aria-busy="true"><!----></article>')
    expect(html[1]).toBe(html[0])
    expect(newGlobals).toEqual([])
    expect(observers).toEqual({ before: 2, after: 0 })
  })

  test('is taken over by the page as it is, without a warning, and then comes to life', async () => {
    const { html } = await serveVue()
    await writeServedPage(html[0])
    const said: string[] = []
    const page = await openPage(browser, `${demo.url}vue/served.html`, said)
    expect(await page.evaluate(() => document.querySelector('article') === globalThis.served)).toBe(true)
    expect(said).toEqual([])
    await tapAndLook(page, 'going')
    await mark(page, 'synced')
    expect(await writesOf(demo, 'event-1')).toEqual(['going'])
  })
})

import type { BrowserContext, Page } from 'playwright'
import { expect, test } from 'vitest'
import { setMood } from './app.ts'
import { startDemo } from './demo.ts'
import { launch } from './launch.ts'

const EVENT = 'event-1'

/** This person's phone, with the event on its screen. */
async function phoneOf(user: string, url: string, context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await page.goto(`${url}?user=${user}#/event/${EVENT}`)
  await page.getByRole('radiogroup', { name: 'Your answer' }).waitFor()
  await page.waitForFunction(feedIsOpen)
  return page
}

/** Passes with the newest word of the store's own. */
const feedIsOpen = () =>
  new Promise<boolean>((resolve) => {
    rsvpStore.status$.subscribe(({ feed }) => resolve(feed === 'open')).unsubscribe()
    resolve(false)
  })

const answer = (page: Page, word: string) => page.getByRole('radio', { name: word }).check({ force: true })
const going = async (page: Page) => Number(await page.getByTestId('going-count').textContent())
const shows = (page: Page, count: number) =>
  page.waitForFunction(
    (count) => document.querySelector('[data-testid="going-count"]')?.textContent === count,
    `${count}`,
  )

test("two phones in two windows see each other's answers live", async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const size = { viewport: { width: 390, height: 844 } }
  const ada = await phoneOf('ada', demo.url, await browser.newContext(size))
  const bob = await phoneOf('bob', demo.url, await browser.newContext(size))
  const before = await going(ada)
  expect(await going(bob)).toBe(before)

  await answer(ada, 'Going')
  await shows(bob, before + 1)
  await bob.getByText('Ada', { exact: false }).first().waitFor()
  await answer(bob, 'Going')
  await shows(ada, before + 2)
  await answer(ada, "Can't go")
  await shows(bob, before + 1)
})

test('what was missed without a network is there when it is back', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const adas = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const ada = await phoneOf('ada', demo.url, adas)
  const before = await going(ada)
  await adas.setOffline(true)
  await fetch(`${demo.url}__double/answer`, {
    method: 'POST',
    body: JSON.stringify({ userId: 'bob', eventId: EVENT, status: 'going' }),
  })
  expect(await going(ada)).toBe(before)
  await adas.setOffline(false)
  await shows(ada, before + 1)
})

test('a server that does not answer pulls ends no feed: what it says is still shown', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const ada = await phoneOf('ada', demo.url, await browser.newContext())
  const before = await going(ada)
  await setMood(demo.url, 'down')
  await fetch(`${demo.url}__double/answer`, {
    method: 'POST',
    body: JSON.stringify({ userId: 'bob', eventId: EVENT, status: 'going' }),
  })
  await shows(ada, before + 1)
})

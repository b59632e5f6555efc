import type { Page } from 'playwright'
import { expect, test, vi } from 'vitest'
import { startDemo } from './demo.ts'
import { launch } from './launch.ts'

vi.setConfig({ testTimeout: 900_000 }) // fifty pages of events on a busy machine; nothing waits for time

const EVENTS = 5_000
/** A few screens of them. */
const MOST_CARDS = 150

/** Scrolls to the end each time the list has grown, until it says that it ends; says how many cards there were at most. */
const scrollToEnd = () =>
  new Promise<number>((resolve) => {
    let most = 0
    const growth = new ResizeObserver(() => {
      most = Math.max(most, document.querySelectorAll('article').length)
      scrollTo(0, document.documentElement.scrollHeight)
      if (!document.querySelector('.list-end')) return
      growth.disconnect()
      resolve(most)
    })
    growth.observe(document.body)
  })

/** The events of the list as the store has them: those to come, by start time. */
const upcoming = (page: Page) =>
  page.evaluate(
    () =>
      new Promise<readonly string[]>((resolve) => {
        const here = rsvpStore.events$({ from: new Date().setHours(0, 0, 0, 0) }).subscribe((events) => {
          resolve(events.map(({ eventId }) => eventId))
          queueMicrotask(() => here.unsubscribe())
        })
      }),
  )

test('five thousand events: the list is scrolled to its end, and the last one answered offline', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await context.newPage()
  await page.goto(`${demo.url}?events=${EVENTS}`)
  await page.getByRole('article').first().waitFor()
  const first = await page.getByRole('article').first().getAttribute('data-event-id')

  expect(await page.evaluate(scrollToEnd)).toBeLessThan(MOST_CARDS)
  const known = await upcoming(page)
  expect(known.length).toBeGreaterThan(EVENTS - 10)
  const last = known.at(-1) ?? ''
  await page.locator(`article[data-event-id="${last}"]`).scrollIntoViewIfNeeded()
  expect(await page.getByRole('article').last().getAttribute('data-event-id')).toBe(last)

  await context.setOffline(true)
  await page.locator(`article[data-event-id="${last}"] a`).click()
  await page.getByRole('radio', { name: 'Going', exact: true }).check({ force: true })
  await page.locator('.mark[data-sync="queued"]').waitFor()
  await page.getByRole('link', { name: 'All events' }).click()
  await page.locator(`article[data-event-id="${last}"] [data-sync="queued"]`).waitFor()

  await page.evaluate(() => scrollTo(0, 0))
  await page.locator(`article[data-event-id="${first}"]`).waitFor()
  await context.setOffline(false)
  await page.evaluate((eventId) => rsvpStore.settled(eventId).then(() => undefined), last)
  const { writes } = (await (await fetch(`${demo.url}worlds/${EVENTS}/__double`)).json()) as {
    readonly writes: readonly { readonly eventId: string; readonly status: string }[]
  }
  expect(writes.map(({ eventId, status }) => `${eventId} ${status}`)).toEqual([`${last} going`])
})

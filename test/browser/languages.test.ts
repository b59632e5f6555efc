import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { type Language, SPOKEN } from '../../demo/src/languages/languages.ts'
import { visit } from './app.ts'
import { startDemo } from './demo.ts'
import { launch } from './launch.ts'

const wayOf = (page: Page) =>
  page.evaluate(() => ({ lang: document.documentElement.lang, dir: document.documentElement.dir }))

const choose = (page: Page, language: Language) => page.getByTestId('language').selectOption(language)

test('the first of the browser’s languages that the app speaks is taken, with the dates of its region', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const context = await browser.newContext({ locale: 'de-AT' })
  await context.addInitScript(() => {
    Object.defineProperty(navigator, 'languages', { value: ['fr-FR', 'de-AT', 'en'] })
  })
  const page = await context.newPage()
  await page.goto(`${demo.url}?events=40`)
  await page.getByRole('article').first().waitFor()
  expect(await wayOf(page)).toEqual({ lang: 'de', dir: 'ltr' })
  await page.evaluate(() =>
    rsvpStore.merge({ events: [{ eventId: 'a', startTime: '2040-01-15T12:00:00Z' }] }),
  )
  await page.getByRole('heading', { name: 'Jänner 2040' }).waitFor() // as only Austria says
})

test('a language that is chosen holds at once, after a reload and without a network', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const context = await browser.newContext({ locale: 'en-GB' })
  const page = await context.newPage()
  await visit(page, demo.url)
  await page.getByRole('link', { name: 'All events' }).waitFor()
  await context.setOffline(true)
  await choose(page, 'ar')
  await page.getByRole('link', { name: SPOKEN.ar.text.list.all }).waitFor()
  await page.reload()
  await page.getByRole('link', { name: SPOKEN.ar.text.list.all }).waitFor()
  expect(await wayOf(page)).toEqual({ lang: 'ar', dir: 'rtl' })
  await choose(page, 'de')
  await page.getByRole('link', { name: SPOKEN.de.text.list.all }).waitFor()
  expect(await wayOf(page)).toEqual({ lang: 'de', dir: 'ltr' })
})

test('each number has its own word: one, two, a few and many answers in Arabic', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const context = await browser.newContext({ locale: 'ar' })
  const page = await context.newPage()
  await visit(page, demo.url)
  await context.setOffline(true)
  const { outbox } = SPOKEN.ar.text.header
  for (const [many, form] of [
    [1, outbox.one],
    [2, outbox.two],
    [3, outbox.few],
    [11, outbox.many],
  ] as const) {
    await page.evaluate(
      (last) =>
        rsvpStore
          .rsvpAll(Array.from({ length: last }, (_, at) => ({ eventId: `event-${at + 1}`, status: 'going' })))
          .then(() => undefined),
      many,
    )
    const digits = await page.evaluate((value) => new Intl.NumberFormat('ar').format(value), many)
    await page.getByRole('button', { name: `${form}`.replace('{count}', digits), exact: true }).waitFor()
  }
})

test('in Arabic the left arrow goes to the next answer, and Space chooses it', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const page = await browser.newPage({ locale: 'ar' })
  await page.goto(`${demo.url}#/event/event-1`)
  await page.locator('input[value="going"]').focus()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Space')
  await page.waitForFunction(
    () => document.querySelector<HTMLInputElement>('input[value="interested"]')?.checked,
  )
})

import type { Page } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import { setMood, visit } from './app.ts'
import { type Demo, startDemo } from './demo.ts'
import { launch } from './launch.ts'
import { eventually } from './phone/eventually.ts'

/** The demo with its inspector open. */
async function openInspector(demo: Demo): Promise<Page> {
  const browser = await launch()
  onTestFinished(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  await visit(page, demo.url)
  await page.getByRole('button', { name: 'Network' }).click()
  await page.locator('rsvp-inspector').waitFor()
  return page
}

/** The steps of an answer's story, as they are marked. */
const stepsOf = (page: Page, eventId: string, status: string) =>
  page
    .locator('rsvp-inspector section')
    .filter({ hasText: `${eventId}: ${status}` })
    .locator('li')
    .evaluateAll((steps) => steps.map((step) => step.getAttribute('data-what')))

const answer = (page: Page, eventId: string) =>
  page.evaluate((eventId) => rsvpStore.rsvp(eventId, 'going').then(() => undefined), eventId)

test('the inspector shows what became of an answer, step by step', async () => {
  await using demo = await startDemo()
  const page = await openInspector(demo)
  await answer(page, 'event-1')
  await eventually(() => stepsOf(page, 'event-1', 'going')).toEqual([
    'stored',
    'claimed',
    'sent',
    'verdict',
    'settled',
  ])
})

test('the inspector shows what waits and what was refused, why, and what this browser promises', async () => {
  await using demo = await startDemo()
  const page = await openInspector(demo)
  const inspector = page.locator('rsvp-inspector')
  await setMood(demo.url, 'refusing')
  await answer(page, 'event-1')
  await inspector.getByText('forbidden').first().waitFor()
  await setMood(demo.url, 'down')
  await answer(page, 'event-2')
  await inspector.getByText('event-2: going queued').waitFor()
  await inspector.getByText('This browser').click()
  await inspector.getByText('Background Sync is there').waitFor()
  await inspector.getByText('On this device').click()
  await eventually(() => inspector.locator('dl').filter({ hasText: 'outbox' }).innerText()).toMatch(
    /outbox\s+2/,
  )
})

test('where nothing can be kept the inspector says so, and promises no disk', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const page = await browser.newPage()
  await page.goto(`${demo.url}?storage=unavailable`)
  await page.getByRole('button', { name: 'Network' }).click()
  const inspector = page.locator('rsvp-inspector')
  await inspector.getByText('On this device').click()
  await inspector.getByText('Not counted: see the storage above.').waitFor()
  await inspector.getByText('This browser').click()
  await inspector.getByText('No: An answer is on disk before its promise resolves.').waitFor()
})

test('closed, the inspector holds nothing; opened again it begins with what waits', async () => {
  await using demo = await startDemo()
  const page = await openInspector(demo)
  const element = await page.locator('rsvp-inspector').elementHandle()
  const words = () => element?.evaluate((inspector) => inspector.shadowRoot?.textContent)
  await page.keyboard.press('Escape')
  await page.locator('rsvp-inspector').waitFor({ state: 'detached' })
  const before = await words()
  await setMood(demo.url, 'down')
  await answer(page, 'event-3')
  await page.locator('[data-sync="queued"]').first().waitFor()
  expect(await words()).toBe(before)
  await page.getByRole('button', { name: 'Network' }).click()
  await eventually(async () => (await stepsOf(page, 'event-3', 'going'))[0]).toBe('stored')
})

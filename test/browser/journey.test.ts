import type { BrowserContext, Page } from 'playwright'
import { expect, test } from 'vitest'
import { visit } from './app.ts'
import { type Demo, startDemo } from './demo.ts'
import { launch } from './launch.ts'

/** What the server itself has of ada's, whatever any screen says. */
async function serverRecord(demo: Demo) {
  const { responses, writes } = (await (await fetch(`${demo.url}__double`)).json()) as {
    readonly responses: readonly { eventId: string; userId: string; status: string }[]
    readonly writes: readonly { eventId: string; userId: string; status: string }[]
  }
  const mine = responses.filter(({ userId }) => userId === 'ada')
  return {
    answers: Object.fromEntries(mine.map(({ eventId, status }) => [eventId, status])),
    writes: writes.map(({ eventId, status }) => `${eventId} ${status}`).sort(),
  }
}

const mark = (page: Page) => page.locator('[data-sync]')

async function openEvent(page: Page, eventId: string): Promise<void> {
  await page.evaluate((hash) => {
    location.hash = hash
  }, `#/event/${eventId}`)
  await page.getByRole('radiogroup', { name: 'Your answer' }).waitFor()
}

async function answer(page: Page, eventId: string, word: string): Promise<void> {
  await openEvent(page, eventId)
  await page.getByRole('radio', { name: word }).check({ force: true })
}

async function expectAnswer(page: Page, eventId: string, word: string, sync: string): Promise<void> {
  await openEvent(page, eventId)
  await page.locator(`[data-sync="${sync}"]`).waitFor()
  expect(await page.getByRole('radio', { name: word }).isChecked()).toBe(true)
  expect(await mark(page).count()).toBe(1)
}

async function openList(demo: Demo, context: BrowserContext): Promise<Page> {
  const page = await context.newPage()
  await visit(page, demo.url)
  await page.locator('article[data-event-id="event-1"]').waitFor()
  return page
}

test('three answers given offline, one changed, outlive a reload and reach the server as last meant', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await openList(demo, context)

  await context.setOffline(true)
  await answer(page, 'event-1', 'Going')
  await expectAnswer(page, 'event-1', 'Going', 'queued')
  await answer(page, 'event-2', 'Interested')
  await expectAnswer(page, 'event-2', 'Interested', 'queued')
  await answer(page, 'event-3', 'Going')
  await answer(page, 'event-3', "Can't go")
  await expectAnswer(page, 'event-3', "Can't go", 'queued')
  await page.getByTestId('offline-banner').waitFor()
  expect(await page.getByTestId('outbox-open').getAttribute('aria-label')).toContain('3')

  await page.reload()
  await expectAnswer(page, 'event-1', 'Going', 'queued')
  await expectAnswer(page, 'event-2', 'Interested', 'queued')
  await expectAnswer(page, 'event-3', "Can't go", 'queued')
  expect((await serverRecord(demo)).writes).toEqual([])

  await context.setOffline(false)
  await expectAnswer(page, 'event-1', 'Going', 'synced')
  await expectAnswer(page, 'event-2', 'Interested', 'synced')
  await expectAnswer(page, 'event-3', "Can't go", 'synced')
  expect(await serverRecord(demo)).toEqual({
    answers: { 'event-1': 'going', 'event-2': 'interested', 'event-3': 'not_going' },
    writes: ['event-1 going', 'event-2 interested', 'event-3 not_going'],
  })
})

test('with the server gone the app opens again, shows what it knew, and takes answers', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } })
  const page = await openList(demo, context)

  await demo.stop()
  await page.reload()
  await page.locator('article[data-event-id="event-1"]').waitFor()
  await answer(page, 'event-1', 'Interested')
  await expectAnswer(page, 'event-1', 'Interested', 'queued')

  await demo.start()
  await expectAnswer(page, 'event-1', 'Interested', 'synced')
  expect((await serverRecord(demo)).answers).toEqual({ 'event-1': 'interested' })
})

test('a reply that was lost is read back: the server writes once, the app says so', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const page = await openList(demo, await browser.newContext())
  const mood = (name: string) =>
    fetch(`${demo.url}__double`, { method: 'PUT', body: JSON.stringify({ mood: name }) })

  await mood('lost-reply')
  await answer(page, 'event-2', 'Going')
  await page.locator('[data-sync="queued"]').waitFor()
  await mood('well')
  await expectAnswer(page, 'event-2', 'Going', 'synced')
  expect((await serverRecord(demo)).writes).toEqual(['event-2 going'])
})

test('a refused answer says why, and can be discarded', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const page = await openList(demo, await browser.newContext())
  await fetch(`${demo.url}__double`, { method: 'PUT', body: JSON.stringify({ mood: 'refusing' }) })

  await answer(page, 'event-2', 'Going')
  await page.locator('[data-sync="failed"]').waitFor()
  expect(await page.locator('[data-sync="failed"]').innerText()).toContain('You are not allowed')
  await page.getByRole('button', { name: 'Discard' }).first().click()
  await page.locator('[data-sync="synced"]').waitFor()
  expect((await serverRecord(demo)).writes).toEqual([])
})

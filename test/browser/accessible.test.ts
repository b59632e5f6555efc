import axe from 'axe-core'
import type { Page } from 'playwright'
import { describe, expect, onTestFinished, test } from 'vitest'
import { setMood, visit } from './app.ts'
import { type Demo, startDemo } from './demo.ts'
import { launch } from './launch.ts'

/** The demo on a phone, in this light. */
async function openPhone(demo: Demo, colorScheme: 'light' | 'dark'): Promise<Page> {
  const browser = await launch()
  onTestFinished(() => browser.close())
  const page = await browser.newPage({
    viewport: { width: 390, height: 844 },
    colorScheme,
    reducedMotion: 'reduce',
  })
  await visit(page, demo.url)
  return page
}

/** What axe finds wrong on what is seen now: the rule, and where. */
async function faults(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: typeof axe }).axe.run())
  return violations.flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`))
}

describe.each(['light', 'dark'] as const)('in the %s, for everybody', (scheme) => {
  test('the list of events, an event, and an answer that waits offline', async () => {
    await using demo = await startDemo()
    const page = await openPhone(demo, scheme)
    expect(await faults(page)).toEqual([])

    await page.locator('[data-event-id="event-1"]').getByRole('link').click()
    await page.getByRole('radio', { name: 'Going', exact: true }).waitFor()
    expect(await faults(page)).toEqual([])

    await setMood(demo.url, 'down')
    await page.getByRole('radio', { name: 'Going', exact: true }).click()
    await page.locator('[data-sync="queued"]').first().waitFor()
    expect(await faults(page)).toEqual([])
  })

  test('the list of what has not been sent', async () => {
    await using demo = await startDemo()
    const page = await openPhone(demo, scheme)
    await setMood(demo.url, 'refusing')
    await page.evaluate(() => rsvpStore.rsvp('event-1', 'going').then(() => undefined))
    await page.locator('[data-sync="failed"]').first().waitFor()
    await page
      .getByRole('button', { name: /not sent|unsent|answers/i })
      .first()
      .click()
    await page.getByRole('dialog').waitFor()
    expect(await faults(page)).toEqual([])
  })
})

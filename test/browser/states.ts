import type { Page } from 'playwright'
import { setMood } from './app.ts'

/** A state that somebody may meet the demo in, and how it is come by. It is the same in every language. */
export interface DemoState {
  readonly name: string
  /** Resolves when the page is in it; `url` ends in `/`. The page may have been anywhere. */
  reach(page: Page, url: string): Promise<void>
}

/** What the server is like, the address after the demo's own, and what is then to be seen. */
const at = (mood: string, address: string, sign: string) => async (page: Page, url: string) => {
  await setMood(url, mood)
  await page.goto('about:blank') // an address that differs in its hash alone would load nothing
  await page.goto(`${url}${address}`)
  await page.locator(sign).first().waitFor()
}

/** A click, and no look at what came of it: an answer may be turned down at once. */
const answer = (page: Page, status: string) => page.locator(`input[value="${status}"]`).click({ force: true })

const NOTHING = '[data-testid="nothing"]'
const ANSWERS = 'input[name="answer"]'

export const DEMO_STATES: readonly DemoState[] = [
  { name: 'the list of events', reach: at('well', '', 'article') },
  { name: 'an event', reach: at('well', '#/event/event-1', '.people .person b') },
  {
    name: 'an answer that waits',
    async reach(page, url) {
      await at('well', '?user=waiting#/event/event-2', ANSWERS)(page, url)
      await setMood(url, 'down')
      await answer(page, 'going')
      await page.locator('.mark-actions').waitFor()
    },
  },
  {
    name: 'the outbox with an answer that was refused',
    async reach(page, url) {
      await at('well', '?user=refused#/event/event-2', ANSWERS)(page, url)
      await setMood(url, 'refusing')
      await answer(page, 'interested')
      await page.locator('[data-sync="failed"]').waitFor()
      await page.getByTestId('outbox-open').click()
      await page.locator('dialog .entry[data-state="failed"]').waitFor()
    },
  },
  {
    name: 'the outbox with nothing in it',
    async reach(page, url) {
      await at('well', '', 'article')(page, url)
      await page.getByTestId('outbox-open').click()
      await page.locator('.sheet-empty').waitFor()
    },
  },
  {
    name: "the sample server's panel",
    async reach(page, url) {
      await at('well', '#/event/event-1', ANSWERS)(page, url)
      await page.getByTestId('network-open').click()
      await page.locator('dialog .log').last().waitFor()
    },
  },
  { name: 'no events at all', reach: at('well', '?events=0', NOTHING) },
  { name: 'none that I go to', reach: at('well', '?user=nowhere#/going', NOTHING) },
  { name: 'a slow first visit', reach: at('slow', '?user=slow', '.waiting') },
  { name: 'a silent server and nothing kept', reach: at('down', '?user=first', NOTHING) },
  { name: 'signed out and nothing kept', reach: at('signed-out', '?user=stranger', NOTHING) },
  {
    name: 'an event that was never opened, with a silent server',
    reach: at('down', '?user=first#/event/event-7', NOTHING),
  },
  { name: 'an event that does not exist', reach: at('well', '#/event/none', NOTHING) },
  { name: 'a browser that keeps nothing', reach: at('well', '?storage=unavailable', NOTHING) },
  {
    name: 'a device without room for an answer',
    async reach(page, url) {
      await at('well', '?user=crowded', 'article')(page, url)
      await at('well', '?user=crowded&storage=full#/event/event-3', ANSWERS)(page, url)
      await answer(page, 'going')
      await page.getByRole('alert').waitFor()
    },
  },
]

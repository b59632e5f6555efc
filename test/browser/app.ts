import type { Page } from 'playwright'

/** Opens the demo; resolves when it shows events and its service worker is in charge. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('article').first().waitFor()
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
}

/** Turns the demo's API double. */
export const setMood = (url: string, mood: string): Promise<Response> =>
  fetch(`${url}__double`, { method: 'PUT', body: JSON.stringify({ mood }) })

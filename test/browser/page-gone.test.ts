import { type BrowserContext, chromium, type Page } from 'playwright'
import { expect, test } from 'vitest'
import { makeFolder } from '../child.ts'
import { visit } from './app.ts'
import { startDemo } from './demo.ts'
import { launchOptions } from './launch.ts'

const TAG = 'gatherings/ada'
const NO_SYNC = 'this Chromium has no Background Sync'

test('an answer given offline reaches the server after every page was closed', async () => {
  await using demo = await startDemo()
  await using profile = await makeFolder()
  const context = await chromium.launchPersistentContext(profile.path, launchOptions())
  try {
    const page = await context.newPage()
    await visit(page, demo.url)
    await context.setOffline(true)
    await page.evaluate(() => rsvpStore.rsvp('event-1', 'going').then(() => undefined))
    await expect.poll(() => tagsOf(page)).toContain(TAG)
    // Not of the app: only to speak with the browser.
    const blank = await context.newPage()
    await page.close()
    await context.setOffline(false)
    const giveSyncEvent = await connectWorker(context, blank, demo.url)
    // As the browser does when the network is back; but headless it takes its time, and for a second try minutes.
    const answers = async () => {
      await giveSyncEvent()
      return answersAt(demo.url)
    }
    await expect.poll(answers, { timeout: 60_000, interval: 1_000 }).toEqual(['event-1 going'])
    expect(context.pages().filter((open) => open.url().startsWith(demo.url))).toEqual([])
  } finally {
    await context.close()
  }
}, 120_000)

const tagsOf = (page: Page): Promise<readonly string[]> =>
  page.evaluate(async (why) => {
    const { sync } = (await navigator.serviceWorker.ready) as unknown as {
      sync?: { getTags(): Promise<string[]> }
    }
    return (await sync?.getTags()) ?? [why]
  }, NO_SYNC)

/** A way to give the app's worker its sync event, past every page. */
async function connectWorker(context: BrowserContext, page: Page, url: string): Promise<() => Promise<void>> {
  const devtools = await context.newCDPSession(page)
  const registration = new Promise<string>((resolve) =>
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const found = registrations.find(({ scopeURL }) => scopeURL === url)
      if (found) resolve(found.registrationId)
    }),
  )
  await devtools.send('ServiceWorker.enable')
  const event = {
    origin: new URL(url).origin,
    registrationId: await registration,
    tag: TAG,
    lastChance: false,
  }
  return async () => void (await devtools.send('ServiceWorker.dispatchSyncEvent', event))
}

async function answersAt(url: string): Promise<string[]> {
  const reply = await fetch(`${url}__double`)
  const { responses } = (await reply.json()) as {
    readonly responses: readonly { eventId: string; userId: string; status: string }[]
  }
  return responses
    .filter(({ userId }) => userId === 'ada')
    .map(({ eventId, status }) => `${eventId} ${status}`)
}

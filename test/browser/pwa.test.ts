import { cp, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from 'playwright'
import { expect, onTestFinished, test } from 'vitest'
import type { RsvpStore } from '../../src/index.ts'
import { makeFolder } from '../child.ts'
import { setMood, visit } from './app.ts'
import { DIST, startDemo } from './demo.ts'
import { launchOptions } from './launch.ts'

declare const rsvpStore: RsvpStore

interface Icon {
  readonly src: string
  readonly sizes: string
  readonly type: string
  readonly purpose: string
}

/** A browser that is no private window: only such a one can install. */
async function openBrowser(): Promise<BrowserContext> {
  const profile = await makeFolder()
  const context = await chromium.launchPersistentContext(profile.path, {
    ...launchOptions(),
    viewport: { width: 390, height: 844 },
  })
  onTestFinished(async () => {
    await context.close()
    await profile[Symbol.asyncDispose]()
  })
  return context
}

/** The app in its second visit: its worker is in charge, and has seen every picture. */
async function openApp(context: BrowserContext, url: string): Promise<Page> {
  const page = await context.newPage()
  await visit(page, url)
  await page.reload()
  await page.getByRole('article').first().waitFor()
  return page
}

test('the app can be installed: the browser has nothing to say against it', async () => {
  await using demo = await startDemo()
  const page = await openApp(await openBrowser(), demo.url)
  const devtools = await page.context().newCDPSession(page)
  expect((await devtools.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([])
  expect((await devtools.send('Page.getAppManifest')).errors).toEqual([])
})

test('its icons are as large as the manifest says, and one may be cut to any shape', async () => {
  await using demo = await startDemo()
  const page = await openApp(await openBrowser(), demo.url)
  const { icons } = (await (await fetch(`${demo.url}manifest.webmanifest`)).json()) as {
    readonly icons: readonly Icon[]
  }
  for (const { src, sizes, type } of icons) {
    const real = await page.evaluate(async (path) => {
      const picture = new Image()
      picture.src = path
      await picture.decode()
      return `${picture.naturalWidth}x${picture.naturalHeight}`
    }, src)
    if (type !== 'image/svg+xml') expect(`${src} ${real}`).toBe(`${src} ${sizes}`)
  }
  expect(icons.map(({ sizes, purpose }) => `${sizes} ${purpose}`)).toEqual(
    expect.arrayContaining(['192x192 any', '512x512 any', '512x512 maskable']),
  )
})

test('with the server gone it opens with the cover pictures that were seen before', async () => {
  await using demo = await startDemo()
  const page = await openApp(await openBrowser(), demo.url)
  const covers = page.locator('article img')
  const seen = () =>
    covers.evaluateAll(
      (images) => images.filter((image) => (image as HTMLImageElement).naturalWidth > 0).length,
    )
  await expect.poll(seen).toBeGreaterThan(2)
  await demo.stop()
  // What the browser happens to have in its own cache may be gone by then.
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Network.clearBrowserCache')
  await devtools.send('Network.setCacheDisabled', { cacheDisabled: true })
  await page.reload()
  await page.getByRole('article').first().waitFor()
  await expect.poll(seen).toBeGreaterThan(2)
})

test('a newer version is offered, not forced, and an answer that waits outlives the change', async () => {
  await using folder = await makeFolder()
  await cp(DIST, folder.path, { recursive: true })
  await using demo = await startDemo(folder.path)
  const page = await openApp(await openBrowser(), demo.url)
  const version = () => page.evaluate(() => document.documentElement.dataset.version ?? 'first')

  await setMood(demo.url, 'down')
  await page.evaluate(() => rsvpStore.rsvp('event-1', 'going').then(() => undefined))
  await publishNewer(folder.path)
  await page.evaluate(() =>
    navigator.serviceWorker.ready.then((worker) => worker.update()).then(() => undefined),
  )
  const banner = page.getByText('A new version is ready.')
  await banner.waitFor()
  expect(await version()).toBe('first')

  await page.getByRole('button', { name: 'Reload' }).click()
  await expect.poll(version).toBe('newer')
  await page.locator('article[data-event-id="event-1"] [data-sync="queued"]').waitFor()
  await setMood(demo.url, 'well')
  await page.evaluate(() => rsvpStore.sync())
  await page.locator('article[data-event-id="event-1"] [data-sync="synced"]').waitFor()
})

/** The same app, a little different. */
async function publishNewer(folder: string): Promise<void> {
  const change = async (file: string, from: string | RegExp, to: string) => {
    const text = await readFile(join(folder, file), 'utf8')
    expect(text).toMatch(from)
    await writeFile(join(folder, file), text.replace(from, to))
  }
  await change('index.html', '<html ', '<html data-version="newer" ')
  await change('sw.js', /(url:"index\.html",revision:")[^"]+/, '$1newer')
}

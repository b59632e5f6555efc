import { cp } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { makeFolder } from '../child.ts'
import { change, eventuallyOn, openDemo, setMood, showsEvents } from './app.ts'
import { DIST, startDemo } from './demo.ts'
import { CHROMIUM, ENGINES } from './phone/engines.ts'
import type { Engine, Tab } from './phone/running.ts'

interface Icon {
  readonly src: string
  readonly sizes: string
  readonly type: string
  readonly purpose: string
}

vi.setConfig({ testTimeout: 240_000 }) // a browser starts slowly on a busy machine; nothing waits for time

/** The app in its second visit: its worker is in charge, and has seen every picture. */
async function openApp<T extends Tab>(engine: Engine<T>, url: string): Promise<T> {
  const tab = await openDemo(engine, url)
  await tab.reload()
  await showsEvents(tab)
  return tab
}

/** Says how many cover pictures are to be seen. */
const covers = () =>
  [...document.querySelectorAll('article img')].filter(
    (image) => (image as HTMLImageElement).naturalWidth > 0,
  ).length

const markOfFirst = () =>
  document.querySelector('article[data-event-id="event-1"] [data-sync]')?.getAttribute('data-sync')

const version = () => document.documentElement.dataset.version ?? 'first'

test('the app can be installed: Chromium has nothing to say against it', async () => {
  await using demo = await startDemo()
  const { page } = await openApp(CHROMIUM, demo.url)
  const devtools = await page.context().newCDPSession(page)
  expect((await devtools.send('Page.getInstallabilityErrors')).installabilityErrors).toEqual([])
  expect((await devtools.send('Page.getAppManifest')).errors).toEqual([])
})

describe.for(ENGINES.map((engine) => [engine.name, engine] as const))('%s', ([, engine]) => {
  test('its icons are as large as the manifest says, and one may be cut to any shape', async () => {
    await using demo = await startDemo()
    const tab = await openApp(engine, demo.url)
    const { icons } = (await (await fetch(`${demo.url}manifest.webmanifest`)).json()) as {
      readonly icons: readonly Icon[]
    }
    for (const { src, sizes, type } of icons) {
      const real = await tab.evaluate(async (path) => {
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
    const tab = await openApp(engine, demo.url)
    await eventuallyOn(tab, covers).toBeGreaterThan(2)
    await demo.stop()
    await tab.reload()
    await showsEvents(tab)
    await eventuallyOn(tab, covers).toBeGreaterThan(2)
    // Not from the browser's own cache, which may forget them: from the worker's.
    const kept = await tab.evaluate(() =>
      Promise.all(
        [...document.querySelectorAll<HTMLImageElement>('article img')]
          .filter(({ naturalWidth }) => naturalWidth > 0)
          .map(({ src }) => fetch(src, { cache: 'no-store' }).then(({ ok }) => ok)),
      ),
    )
    expect(new Set(kept)).toEqual(new Set([true]))
  })

  test('a newer version is offered, not forced, and an answer that waits outlives the change', async () => {
    await using folder = await makeFolder()
    await cp(DIST, folder.path, { recursive: true })
    await using demo = await startDemo(folder.path)
    const tab = await openApp(engine, demo.url)

    await setMood(demo.url, 'down')
    await tab.evaluate(() => rsvpStore.rsvp('event-1', 'going').then(() => undefined))
    await publishNewer(folder.path)
    await tab.evaluate(() =>
      navigator.serviceWorker.ready.then((worker) => worker.update()).then(() => undefined),
    )
    await eventuallyOn(tab, () => document.body.innerText).toContain('A new version is ready.')
    expect(await tab.evaluate(version)).toBe('first')

    await tab.evaluate(() =>
      [...document.querySelectorAll('button')].find(({ innerText }) => innerText === 'Reload')?.click(),
    )
    await eventuallyOn(tab, version).toBe('newer')
    await eventuallyOn(tab, markOfFirst).toBe('queued')
    await setMood(demo.url, 'well')
    await tab.evaluate(() => rsvpStore.sync())
    await eventuallyOn(tab, markOfFirst).toBe('synced')
  })
})

/** The same app, a little different. */
async function publishNewer(folder: string): Promise<void> {
  await change(join(folder, 'index.html'), '<html ', '<html data-version="newer" ')
  await change(join(folder, 'sw.js'), /(url:"index\.html",revision:")[^"]+/, '$1newer')
}

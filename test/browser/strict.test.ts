import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import type { RsvpStore } from '../../src/index.ts'
import { setMood, visit } from './app.ts'
import { startDemo } from './demo.ts'
import { launch } from './launch.ts'

declare const rsvpStore: RsvpStore
declare global {
  interface Window {
    /** What the browser refused under the page's policy. */
    violations: string[]
    /** Everything that the store has told in words: statuses, outbox entries, errors. */
    told: string[]
  }
}

/** Before any script of the page. */
function listen(): void {
  window.violations = []
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
    window.violations.push(`${violatedDirective} ${blockedURI} ${sample}`)
  })
}

/** Answers and pulls while the server is in each of its moods: every way in which the store can complain. */
async function useEverything(page: Page, url: string): Promise<void> {
  const answer = (eventId: string) =>
    page.evaluate((id) => rsvpStore.rsvp(id, 'going').then(() => undefined), eventId)
  await page.evaluate(() => {
    window.told = []
    const tell = (value: unknown) => void window.told.push(JSON.stringify(value) ?? '')
    rsvpStore.status$.subscribe(tell)
    rsvpStore.outbox$.subscribe(tell)
    window.addEventListener('unhandledrejection', ({ reason }) => tell(`${reason} ${reason?.stack}`))
  })
  await answer('event-1')
  for (const name of ['signed-out', 'refusing', 'server-error', 'captive-portal', 'lost-reply', 'down']) {
    await setMood(url, name)
    await answer(`event-${name.length}`)
    await page.evaluate(async () => {
      const said = await rsvpStore.pullEvents().catch((error: Error) => `${error} ${error.stack}`)
      window.told.push(JSON.stringify(said), JSON.stringify(await rsvpStore.rsvp('', 'going').catch(String)))
      rsvpStore.sync()
    })
  }
  await setMood(url, 'well')
}

test('under a strict policy the demo does everything, and the browser refuses nothing', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const page = await browser.newPage()
  await page.addInitScript(listen)
  await visit(page, demo.url)
  await useEverything(page, demo.url)
  expect(await page.evaluate(() => window.violations)).toEqual([])

  // The policy is in force: a script made of text is refused, and heard of.
  const attack = page.evaluate(() => {
    document.body.innerHTML = '<b>text</b>'
  })
  await expect(attack).rejects.toThrow('TrustedHTML')
  expect(await page.evaluate(() => window.violations)).toHaveLength(1)
})

test('no token is left anywhere: not on disk, in no status, no entry, no error', async () => {
  await using demo = await startDemo()
  await using browser = await launch()
  const page = await browser.newPage()
  await visit(page, demo.url)
  await useEverything(page, demo.url)
  const { token } = (await (await fetch(`${demo.url}__double/token?user=ada`)).json()) as { token: string }
  // Every token begins alike: who it is for. What differs is when it was made.
  const sign = token.slice(0, 60)
  const found = await page.evaluate(everythingKept)
  expect(found.length).toBeGreaterThan(10_000)
  expect(found).toContain('event-1')
  expect(found).not.toContain(sign)
})

/** All that the page has stored or told, as one text. */
async function everythingKept(): Promise<string> {
  const asked = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  const kept: unknown[] = [window.told, { ...localStorage }, { ...sessionStorage }, document.cookie]
  for (const { name = '' } of await indexedDB.databases()) {
    const db = await asked(indexedDB.open(name))
    for (const table of db.objectStoreNames)
      kept.push(name, table, await asked(db.transaction(table).objectStore(table).getAll()))
    db.close()
  }
  for (const name of await caches.keys()) {
    const cache = await caches.open(name)
    for (const request of await cache.keys()) {
      const reply = await cache.match(request)
      kept.push(request.url, [...request.headers], [...(reply?.headers ?? [])], await reply?.text())
    }
  }
  return JSON.stringify(kept)
}

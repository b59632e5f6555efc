import { cp } from 'node:fs/promises'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { makeFolder } from '../child.ts'
import { openDemo, runFirst, setMood } from './app.ts'
import { type Demo, DIST, startDemo } from './demo.ts'
import { ENGINES } from './phone/engines.ts'
import type { Tab } from './phone/running.ts'

declare global {
  /** What the browser refused under the page's policy. */
  var violations: string[]
  /** Everything that the store has told in words: statuses, outbox entries, errors. */
  var told: string[]
}

vi.setConfig({ testTimeout: 240_000 }) // a browser starts slowly on a busy machine; nothing waits for time

function listen(): void {
  globalThis.violations = []
  document.addEventListener('securitypolicyviolation', ({ violatedDirective, blockedURI, sample }) => {
    violations.push(`${violatedDirective} ${blockedURI} ${sample}`)
  })
}

/** The demo, listened to from the first. */
async function listenedTo(): Promise<Demo> {
  const folder = await makeFolder()
  onTestFinished(folder[Symbol.asyncDispose])
  await cp(DIST, folder.path, { recursive: true })
  await runFirst(folder.path, listen)
  return startDemo(folder.path)
}

/** Answers and pulls while the server is in each of its moods: every way in which the store can complain. */
async function useEverything(tab: Tab, url: string): Promise<void> {
  const answer = (eventId: string) =>
    tab.evaluate((id) => rsvpStore.rsvp(id, 'going').then(() => undefined), eventId)
  await tab.evaluate(() => {
    globalThis.told = []
    const tell = (value: unknown) => void told.push(JSON.stringify(value) ?? '')
    rsvpStore.status$.subscribe(tell)
    rsvpStore.outbox$.subscribe(tell)
    addEventListener('unhandledrejection', ({ reason }) => tell(`${reason} ${reason?.stack}`))
  })
  await answer('event-1')
  for (const name of ['signed-out', 'refusing', 'server-error', 'captive-portal', 'lost-reply', 'down']) {
    await setMood(url, name)
    await answer(`event-${name.length}`)
    await tab.evaluate(async () => {
      const said = await rsvpStore.pullEvents().catch((error: Error) => `${error} ${error.stack}`)
      told.push(JSON.stringify(said), JSON.stringify(await rsvpStore.rsvp('', 'going').catch(String)))
      rsvpStore.sync()
    })
  }
  await setMood(url, 'well')
}

describe.for(ENGINES.map((engine) => [engine.name, engine] as const))('%s', ([, engine]) => {
  test('under a strict policy the demo does everything, and the browser refuses nothing', async () => {
    await using demo = await listenedTo()
    const tab = await openDemo(engine, demo.url)
    await useEverything(tab, demo.url)
    expect(await tab.evaluate(() => violations)).toEqual([])

    // The policy is in force: a script made of text is refused, and heard of.
    const attack = () =>
      tab.evaluate(() => {
        document.body.innerHTML = '<b>text</b>'
      })
    await expect(attack()).rejects.toThrow(/TrustedHTML|CSP/)
    expect(await tab.evaluate(() => violations)).toHaveLength(1)
  })

  test('no token is left anywhere: not on disk, in no status, no entry, no error', async () => {
    await using demo = await listenedTo()
    const tab = await openDemo(engine, demo.url)
    await useEverything(tab, demo.url)
    const { token } = (await (await fetch(`${demo.url}__double/token?user=ada`)).json()) as { token: string }
    // Every token begins alike: who it is for. What differs is when it was made.
    const sign = token.slice(0, 60)
    const found = await tab.evaluate(everythingKept)
    expect(found.length).toBeGreaterThan(10_000)
    expect(found).toContain('event-1')
    expect(found).not.toContain(sign)
  })
})

/** All that the page has stored or told, as one text. */
async function everythingKept(): Promise<string> {
  const asked = <T>(request: IDBRequest<T>) =>
    new Promise<T>((resolve, reject) => {
      request.onsuccess = () => resolve(request.result)
      request.onerror = () => reject(request.error)
    })
  const kept: unknown[] = [told, { ...localStorage }, { ...sessionStorage }, document.cookie]
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

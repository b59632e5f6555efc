import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { onTestFinished } from 'vitest'
import type { RsvpStore } from '../../src/index.ts'
import { eventually } from './phone/eventually.ts'
import type { Engine, Tab } from './phone/running.ts'
import { launchFresh } from './phone/start.ts'

declare global {
  /** The demo hands its store to whoever looks at it. */
  var rsvpStore: RsvpStore
}

/** Opens the demo; resolves when it shows events and its service worker is in charge. */
export async function visit(page: Page, url: string): Promise<void> {
  await page.goto(url)
  await page.getByRole('article').first().waitFor()
  await page.evaluate(workerIsReady)
}

/** The same in a fresh browser of any engine, which ends with the test. */
export async function openDemo<T extends Tab>(engine: Engine<T>, url: string): Promise<T> {
  const fresh = await launchFresh(engine)
  onTestFinished(() => fresh[Symbol.asyncDispose]())
  const tab = await fresh.browser.newWindow(url)
  await showsEvents(tab)
  await tab.evaluate(workerIsReady)
  return tab
}

/** The next visit will not need the server. */
const workerIsReady = () => navigator.serviceWorker.ready.then(() => undefined)

/** While a page goes, there is none to be asked. */
export const eventuallyOn = <T>(tab: Tab, look: () => T) =>
  eventually(() => tab.evaluate(look).catch(() => undefined))

export const showsEvents = (tab: Tab) =>
  eventuallyOn(tab, () => document.querySelector('article') !== null).toBe(true)

/** Turns the demo's API double. */
export const setMood = (url: string, mood: string): Promise<Response> =>
  fetch(`${url}__double`, { method: 'PUT', body: JSON.stringify({ mood }) })

/** Changes what a served folder says; it must have said what is replaced. */
export async function change(file: string, from: string | RegExp, to: string): Promise<void> {
  const text = await readFile(file, 'utf8')
  const changed = text.replace(from, to)
  if (changed === text) throw new Error(`${file} has no ${from}`)
  await writeFile(file, changed)
}

/** Lets every page of a served folder run this script before its own. */
export async function runFirst(folder: string, script: () => void): Promise<void> {
  await writeFile(join(folder, 'first.js'), `(${script})()`)
  await change(join(folder, 'index.html'), /<script /, '<script src="/first.js"></script><script ')
}

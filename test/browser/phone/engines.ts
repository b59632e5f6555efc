import { existsSync } from 'node:fs'
import { type BrowserContext, firefox, type Page } from 'playwright'
import { FIREFOX_CHANNEL, ENGINES as PROGRAMS } from '../engine.ts'
import { type Freezing, startChromium } from './chromium.ts'
import { sigkillBrowser } from './processes.ts'
import type { Engine, Running, Tab } from './running.ts'
import { findWebKit } from './webkit.ts'

/** A tab that Playwright drives. */
export interface PageTab extends Tab {
  readonly page: Page
}

const chromiumThatFreezes = (freezing: Freezing): Engine<PageTab> => ({
  name: 'chromium',
  async launch(profile, prepare) {
    const { context, close } = await startChromium(profile, freezing)
    return running(profile, context, prepare, close)
  },
})

export const CHROMIUM = chromiumThatFreezes('never')
/** It freezes all hidden tabs but a handful. */
export const FREEZING_CHROMIUM = chromiumThatFreezes('when many')

const { variable, usual } = PROGRAMS.firefox
const firefoxPath = [process.env[variable], ...usual].find((path) => path !== undefined && existsSync(path))

const FIREFOX: Engine<PageTab> = {
  name: 'firefox',
  async launch(profile, prepare) {
    const context = await firefox.launchPersistentContext(profile, {
      channel: FIREFOX_CHANNEL,
      executablePath: firefoxPath as string,
      timeout: 90_000,
      firefoxUserPrefs: {
        // Asked for lasting storage, a headless Firefox would never answer.
        'dom.storageManager.prompt.testing': true,
        'dom.storageManager.prompt.testing.allow': true,
        // After three kills it would offer to start without the user's settings.
        'toolkit.startup.max_resumed_crashes': -1,
      },
    })
    return running(profile, context, prepare, () => context.close())
  },
}

const webkit = findWebKit()

/** Every engine that this machine has. */
export const ENGINES: readonly Engine[] = [
  CHROMIUM,
  ...(firefoxPath ? [FIREFOX] : []),
  ...(webkit ? [webkit] : []),
]

async function running(
  profile: string,
  context: BrowserContext,
  prepare: string | undefined,
  close: () => Promise<void>,
): Promise<Running<PageTab>> {
  if (prepare) await context.addInitScript(prepare)
  const open = async (url: string, features: string) => {
    const [opener] = context.pages()
    if (!opener) throw new Error('the browser has no page left')
    const [page] = await Promise.all([
      context.waitForEvent('page'),
      opener.evaluate(([url, features]) => void window.open(url, '_blank', features), [
        url,
        features,
      ] as const),
    ])
    await page.waitForURL(url) // also waits until its scripts have run
    return tabOf(page)
  }
  return {
    newTab: (url) => open(url, 'noopener'),
    newWindow: (url) => open(url, 'noopener,popup'),
    leave: async (front, to) => {
      await front.close()
      await to.page.bringToFront()
    },
    close,
    sigkill: () => sigkillBrowser(profile),
    [Symbol.asyncDispose]: close,
  }
}

const tabOf = (page: Page): PageTab => ({
  page,
  goto: async (url) => void (await page.goto(url)),
  reload: async () => void (await page.reload()),
  evaluate: <T>(run: (arg?: never) => T, arg?: never) => page.evaluate(run, arg) as Promise<Awaited<T>>,
  close: () => page.close(),
})

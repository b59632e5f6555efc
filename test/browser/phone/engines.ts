import { existsSync } from 'node:fs'
import { type BrowserContext, firefox, type Page } from 'playwright'
import { ENGINES as PROGRAMS } from '../engine.ts'
import { startChromium } from './chromium.ts'
import { sigkillBrowser } from './processes.ts'

/** A browser on a profile of its own: what it stored is there again when it is launched on the same folder. */
export interface Running extends AsyncDisposable {
  /** Opens an address in a tab that comes to the front; the one before it is hidden from then on. */
  newTab(url: string): Promise<Page>
  /** Opens an address in a window of its own; the ones before it stay visible. */
  newWindow(url: string): Promise<Page>
  /** Runs a script in every page that is opened from now on, before its own. */
  prepare(script: string): Promise<void>
  close(): Promise<void>
  /** Ends the whole browser as a battery does that is taken out. */
  sigkill(): Promise<void>
}

export interface Engine {
  readonly name: 'chromium' | 'firefox'
  launch(profile: string): Promise<Running>
}

export const CHROMIUM: Engine = {
  name: 'chromium',
  async launch(profile) {
    const { context, close } = await startChromium(profile)
    return running(profile, context, close)
  },
}

const { variable, usual } = PROGRAMS.firefox
const firefoxPath = [process.env[variable], ...usual].find((path) => path !== undefined && existsSync(path))

const FIREFOX: Engine = {
  name: 'firefox',
  async launch(profile) {
    const context = await firefox.launchPersistentContext(profile, {
      channel: 'moz-firefox',
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
    return running(profile, context, () => context.close())
  },
}

/** Every engine that this machine has. */
export const ENGINES: readonly Engine[] = firefoxPath ? [CHROMIUM, FIREFOX] : [CHROMIUM]

if (!firefoxPath)
  process.stdout.write('No Firefox on this machine (FIREFOX_PATH names one): only Chromium is tested.\n')

function running(profile: string, context: BrowserContext, close: () => Promise<void>): Running {
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
    return page
  }
  return {
    newTab: (url) => open(url, 'noopener'),
    newWindow: (url) => open(url, 'noopener,popup'),
    prepare: async (script) => void (await context.addInitScript(script)),
    close,
    sigkill: () => sigkillBrowser(profile),
    [Symbol.asyncDispose]: close,
  }
}

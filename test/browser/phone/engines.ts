import { existsSync } from 'node:fs'
import { type BrowserContext, chromium, firefox, type Page } from 'playwright-core'
import { launchOptions } from '../launch.ts'
import { sigkillBrowser } from './processes.ts'

/** A browser on a profile of its own: what it stored is there again when it is launched on the same folder. */
export interface Running extends AsyncDisposable {
  readonly context: BrowserContext
  /** Opens an address in a tab of its own, and waits until its scripts have run. */
  newTab(url: string): Promise<Page>
  close(): Promise<void>
  /** Ends the whole browser as a battery does that is taken out. */
  sigkill(): Promise<void>
}

export interface Engine {
  readonly name: 'chromium' | 'firefox'
  launch(profile: string): Promise<Running>
}

const firefoxPath = [process.env.FIREFOX_PATH, '/usr/bin/firefox-esr', '/usr/bin/firefox'].find(
  (path) => path !== undefined && existsSync(path),
)

const CHROMIUM: Engine = {
  name: 'chromium',
  launch: async (profile) =>
    running(
      profile,
      await chromium.launchPersistentContext(profile, {
        ...launchOptions(),
        ignoreDefaultArgs: ['--disable-back-forward-cache'], // a phone has one
      }),
    ),
}

const FIREFOX: Engine = {
  name: 'firefox',
  launch: async (profile) =>
    running(
      profile,
      await firefox.launchPersistentContext(profile, {
        channel: 'moz-firefox',
        executablePath: firefoxPath as string,
        timeout: 60_000,
        firefoxUserPrefs: {
          // Asked for lasting storage, a headless Firefox would never answer.
          'dom.storageManager.prompt.testing': true,
          'dom.storageManager.prompt.testing.allow': true,
          // After three kills it would offer to start without the user's settings.
          'toolkit.startup.max_resumed_crashes': -1,
        },
      }),
    ),
}

/** Every engine that this machine has. */
export const ENGINES: readonly Engine[] = firefoxPath ? [CHROMIUM, FIREFOX] : [CHROMIUM]

if (!firefoxPath)
  process.stdout.write('No Firefox on this machine (FIREFOX_PATH names one): only Chromium is tested.\n')

function running(profile: string, context: BrowserContext): Running {
  const close = () => context.close()
  return {
    context,
    async newTab(url) {
      const page = await context.newPage()
      await page.goto(url)
      return page
    },
    close,
    sigkill: () => sigkillBrowser(profile),
    [Symbol.asyncDispose]: close,
  }
}

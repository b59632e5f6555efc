import { defineBrowserProvider } from '@vitest/browser'
import type { BrowserProvider, BrowserProviderOption, TestProject } from 'vitest/node'
import { WEBKIT_DRIVER } from './engine.ts'
import { startWebDriver, type WebDriver } from './webdriver.ts'
import { startXvfb } from './xvfb.ts'

export interface WebKit extends AsyncDisposable {
  readonly driver: WebDriver
}

/** Starts WebKitGTK's MiniBrowser on a screen of its own. What it stores is gone when it ends. */
export async function startWebKit(browser: string): Promise<WebKit> {
  const display = await startXvfb()
  try {
    const driver = await startWebDriver({
      driver: WEBKIT_DRIVER,
      capabilities: { 'webkitgtk:browserOptions': { binary: browser, args: ['--automation'] } },
      env: { DISPLAY: display.name },
    })
    return {
      driver,
      async [Symbol.asyncDispose]() {
        await driver.close()
        display[Symbol.dispose]()
      },
    }
  } catch (error) {
    display[Symbol.dispose]()
    throw error
  }
}

/** Lets Vitest run tests in WebKitGTK: it opens the runner's page, and nothing else. */
class WebKitProvider implements BrowserProvider {
  readonly name = 'webkitgtk'
  readonly supportsParallelism = false
  readonly #browser: string
  #started: Promise<WebKit> | undefined

  constructor(project: TestProject, browser: string) {
    this.#browser = browser
    // Vitest asks for it before every file.
    project.browser?.registerCommand('__vitest_viewport' as never, (() => undefined) as never)
  }

  getCommandsContext(): Record<string, never> {
    return {}
  }

  async openPage(_session: string, url: string): Promise<void> {
    this.#started ??= startWebKit(this.#browser)
    const [window] = await (await this.#started).driver.windows()
    await window?.goto(url)
  }

  async close(): Promise<void> {
    const started = await this.#started?.catch(() => undefined)
    this.#started = undefined
    await started?.[Symbol.asyncDispose]()
  }
}

export const webkit = (browser: string): BrowserProviderOption =>
  defineBrowserProvider({
    name: 'webkitgtk',
    supportedBrowser: ['webkit'],
    options: {},
    providerFactory: (project) => new WebKitProvider(project, browser),
  })

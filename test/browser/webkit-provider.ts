import { defineBrowserProvider } from '@vitest/browser'
import type { BrowserProvider, BrowserProviderOption, TestProject } from 'vitest/node'
import { startWebKit, type WebKit } from './webkit.ts'

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
    // What MiniBrowser stores is gone when it ends.
    this.#started ??= startWebKit(this.#browser, ['--automation'])
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

import { WEBKIT_DRIVER } from './engine.ts'
import { startWebDriver, type WebDriver } from './webdriver.ts'
import { startXvfb } from './xvfb.ts'

export interface WebKit extends AsyncDisposable {
  readonly driver: WebDriver
}

/** Starts a browser made of WebKitGTK on a screen of its own. */
export async function startWebKit(binary: string, args: readonly string[]): Promise<WebKit> {
  const display = await startXvfb()
  try {
    const driver = await startWebDriver({
      driver: WEBKIT_DRIVER,
      capabilities: { 'webkitgtk:browserOptions': { binary, args } },
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

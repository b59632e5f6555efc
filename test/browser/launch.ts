import { type Browser, chromium } from 'playwright-core'
import { inject } from 'vitest'

/** No sandbox: tests run as root too. The rest keeps the browser from talking to anyone but the page. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** For `chromium.launchPersistentContext` too. */
export const launchOptions = () => ({
  executablePath: inject('chromiumPath'),
  args: ARGS,
  timeout: 30_000,
})

/** Starts the Chromium that was found; end it with `await using`, or with `close`. */
export const launch = (): Promise<Browser> => chromium.launch(launchOptions())

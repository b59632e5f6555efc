import { type Browser, chromium } from 'playwright'
import { inject } from 'vitest'
import { CHROMIUM_ARGS, LAUNCH_MS } from './engine.ts'

/** For `chromium.launchPersistentContext` too. */
export const launchOptions = () => ({
  executablePath: inject('chromiumPath'),
  args: CHROMIUM_ARGS,
  timeout: LAUNCH_MS,
})

/** Starts the Chromium that was found; end it with `await using`, or with `close`. */
export const launch = (): Promise<Browser> => chromium.launch(launchOptions())

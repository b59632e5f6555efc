import { type Browser, chromium } from 'playwright'
import { inject } from 'vitest'
import { CHROMIUM_ARGS, LAUNCH_MS } from './engine.ts'

const optionsFor = (executablePath: string) => ({ executablePath, args: CHROMIUM_ARGS, timeout: LAUNCH_MS })

/** For a Chromium with windows and a profile, as people have it. */
export const launchOptions = () => optionsFor(inject('chromiumPath'))

/** Starts Chromium for one test or a few, without windows; end it with `await using`, or with `close`. */
export const launch = (): Promise<Browser> => chromium.launch(optionsFor(inject('shellPath')))

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { type BrowserContext, chromium } from 'playwright'
import { onTestFinished } from 'vitest'
import { launchOptions } from '../launch.ts'

const START_MS = 60_000
const CLOSE_MS = 20_000

/** Chromium may freeze hidden tabs when there are many of them, or memory is short. Most tests freeze those they mean to. */
const FREEZES = 'InfiniteTabsFreezing'
const FREEZING = {
  never: `--disable-features=${FREEZES},${FREEZES}OnMemoryPressure`,
  'when many': `--enable-features=${FREEZES}`,
}
export type Freezing = keyof typeof FREEZING

/**
 * Chromium as people have it. Launched by Playwright itself, every tab counts as visible and focused, so that none can
 * be hidden or frozen, and none is kept when the user goes back.
 */
export async function startChromium(
  profile: string,
  freezing: Freezing,
): Promise<{ readonly context: BrowserContext; readonly close: () => Promise<void> }> {
  const { executablePath, args } = launchOptions()
  const own = ['--headless', FREEZING[freezing], '--remote-debugging-port=0', `--user-data-dir=${profile}`]
  const child = spawn(executablePath, [...args, ...own, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ended = once(child, 'exit')
  onTestFinished(() => void child.kill('SIGKILL')) // a test that ran out of time closes nothing
  try {
    const browser = await chromium.connectOverCDP(await addressOf(child), { noDefaults: true })
    const [context] = browser.contexts()
    if (!context) throw new Error('Chromium has no window')
    const close = async () => {
      const cdp = await browser.newBrowserCDPSession().catch(() => undefined) // it may have been killed
      await cdp?.send('Browser.close').catch(() => {})
      const late = setTimeout(() => child.kill('SIGKILL'), CLOSE_MS)
      await ended
      clearTimeout(late)
      await browser.close()
    }
    return { context, close }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}

/** Where it listens for us, as it says itself. */
function addressOf({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = ''
    const late = setTimeout(() => reject(new Error(`Chromium did not start:\n${said}`)), START_MS)
    stderr?.on('data', (chunk: Buffer) => {
      said += chunk
      const address = /listening on (ws:\S+)/.exec(said)?.[1]
      if (!address) return
      clearTimeout(late)
      resolve(address)
    })
  })
}

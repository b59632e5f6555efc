import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ENGINES as PROGRAMS } from '../engine.ts'
import type { Window } from '../webdriver.ts'
import { startWebKit } from '../webkit.ts'
import { sigkillBrowser } from './processes.ts'
import type { Engine, Running, Tab } from './running.ts'

const BROWSER = join(import.meta.dirname, 'webkit-browser.py')

/** WebKitGTK, if this machine has it and Python's way to it. */
export const findWebKit = (): Engine | undefined =>
  PROGRAMS.webkit.needs.every(existsSync) ? { name: 'webkit', launch } : undefined

async function launch(profile: string, prepare = ''): Promise<Running> {
  const webkit = await startWebKit(BROWSER, [profile, prepare])
  const close = async () => webkit[Symbol.asyncDispose]()
  const open = async (type: 'tab' | 'window', url: string) => {
    const tab = tabOf(await webkit.driver.open(type))
    await tab.goto(url)
    return tab
  }
  return {
    newTab: (url) => open('tab', url),
    newWindow: (url) => open('window', url),
    leave: (front) => front.close(), // our browser then shows the tab beside it
    close,
    sigkill: () => sigkillBrowser(profile),
    [Symbol.asyncDispose]: close,
  }
}

const tabOf = (window: Window): Tab => ({
  goto: (url) => window.goto(url),
  reload: () => window.reload(),
  evaluate: <T>(run: (arg?: never) => T, arg?: never) => window.evaluate(run, arg),
  close: () => window.close(),
})

import { existsSync } from 'node:fs'
import process from 'node:process'
import { chromium } from 'playwright'
import { run } from '../child.ts'

export type EngineName = 'chromium' | 'firefox' | 'webkit'

/** A browser engine, and where it comes from. */
export interface Engine {
  readonly name: EngineName
  /** What people call it. */
  readonly title: string
  /** Names a program that is to be taken instead of what is usual. */
  readonly variable: string
  readonly usual: readonly string[]
  /** Programs that must be there too. */
  readonly needs: readonly string[]
  readonly debianPackages: readonly string[]
}

/** No sandbox: tests run as root too. The rest keeps the browser from talking to anyone but the page. */
export const CHROMIUM_ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** By WebDriver BiDi, which Debian's Firefox knows; without the channel Playwright expects its own build. */
export const FIREFOX_CHANNEL = 'moz-firefox'

/** Playwright's own patience is three minutes. */
export const LAUNCH_MS = 30_000

export const WEBKIT_DRIVER = '/usr/bin/WebKitWebDriver'

const inBin = (...names: string[]) => names.map((name) => `/usr/bin/${name}`)
/** Debian keeps libraries by the machine's kind. */
const kinds = ['x86_64', 'aarch64'].map((kind) => `/usr/lib/${kind}-linux-gnu`)

export const ENGINES: Readonly<Record<EngineName, Engine>> = {
  chromium: {
    name: 'chromium',
    title: 'Chromium',
    variable: 'CHROMIUM_PATH',
    usual: [...inBin('chromium', 'chromium-browser', 'google-chrome'), chromium.executablePath()],
    needs: [],
    debianPackages: ['chromium', 'chromium-headless-shell'],
  },
  firefox: {
    name: 'firefox',
    title: 'Firefox',
    variable: 'FIREFOX_PATH',
    usual: inBin('firefox-esr', 'firefox'),
    needs: [],
    debianPackages: ['firefox-esr'],
  },
  webkit: {
    name: 'webkit',
    title: 'WebKitGTK',
    variable: 'WEBKIT_PATH',
    usual: kinds.map((folder) => `${folder}/webkit2gtk-4.1/MiniBrowser`),
    needs: [WEBKIT_DRIVER, ...inBin('Xvfb'), '/usr/lib/python3/dist-packages/gi'],
    debianPackages: ['webkit2gtk-driver', 'xvfb', 'python3-gi', 'gir1.2-webkit2-4.1'],
  },
}

/** Chromium without a window, which takes a third less time; not for tests of hidden tabs, or of an installed app. */
export const SHELL: Engine = {
  ...ENGINES.chromium,
  title: "Chromium's headless shell",
  variable: 'CHROMIUM_SHELL_PATH',
  usual: inBin('chromium-headless-shell'),
}

/** The engine's program on this machine, if it is there. */
export async function find(engine: Engine): Promise<string | undefined> {
  const { variable, usual, needs } = engine
  const named = process.env[variable]
  if (named !== undefined) {
    if (await starts(engine, named)) return named
    throw new Error(`${variable} is ${named}, and no browser starts from there.`)
  }
  if (!needs.every(existsSync)) return undefined
  for (const path of usual) if (await starts(engine, path)) return path
  return undefined
}

/** A file is not enough: on some systems `chromium-browser` only says how to install it, or libraries are missing. */
async function starts({ name }: Engine, path: string): Promise<boolean> {
  if (!existsSync(path)) return false
  if (process.platform === 'win32') return true // there `--version` opens a window
  if (name === 'webkit') return true // needs a screen even to say its version
  return run(path, ['--version'], { timeoutMs: 60_000 }).then(
    () => true,
    () => false,
  )
}

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { chromium } from 'playwright-core'
import type { TestProject } from 'vitest/node'
import { run } from '../child.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Chromium that the browser tests drive. */
    readonly chromiumPath: string
  }
}

/** Before the browser tests: finds a Chromium, or fetches one. */
export default async function install(project: TestProject): Promise<void> {
  project.provide('chromiumPath', (await find()) ?? (await fetchOne()))
}

async function find(): Promise<string | undefined> {
  const named = process.env.CHROMIUM_PATH
  if (named !== undefined) {
    if (await starts(named)) return named
    throw new Error(`CHROMIUM_PATH is ${named}, and no browser starts from there.`)
  }
  const usual = ['chromium', 'chromium-browser', 'google-chrome'].map((name) => `/usr/bin/${name}`)
  for (const path of [...usual, chromium.executablePath()]) if (await starts(path)) return path
  return undefined
}

/** A file is not enough: on some systems `chromium-browser` only says how to install it, or libraries are missing. */
async function starts(path: string): Promise<boolean> {
  if (!existsSync(path)) return false
  if (process.platform === 'win32') return true // there `--version` opens a window
  return run(path, ['--version'], { timeoutMs: 30_000 }).then(
    () => true,
    () => false,
  )
}

interface Way {
  readonly name: string
  readonly take: () => Promise<unknown>
}

async function fetchOne(): Promise<string> {
  const failures: string[] = []
  for (const { name, take } of await ways()) {
    say(`The browser tests need Chromium, and there is none on this machine. Fetching it: ${name}.`)
    try {
      await take()
    } catch (error) {
      failures.push(`${name}: ${String(error).split('\n')[0]}`)
      continue
    }
    const path = await find()
    if (path) {
      say(`Chromium is at ${path}.`)
      return path
    }
    failures.push(`${name}: ended well, but the browser does not start`)
  }
  throw new Error(
    `No Chromium for the browser tests. Install one and set CHROMIUM_PATH to its program.\n${failures.join('\n')}`,
  )
}

/** Debian's package as root, Playwright's download elsewhere. Ubuntu's package is a snap, which no container runs. */
async function ways(): Promise<readonly Way[]> {
  const isRoot = process.getuid?.() === 0
  const hasApt = existsSync('/usr/bin/apt-get')
  const system = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const download: Way = {
    name: "Playwright's download",
    take: () => playwright('install', '--no-shell', ...(isRoot && hasApt ? ['--with-deps'] : []), 'chromium'),
  }
  const debian: Way = { name: "Debian's package, by apt-get", take: aptInstall }
  return isRoot && hasApt && !/^ID=ubuntu$/m.test(system) ? [debian, download] : [download]
}

async function aptInstall(): Promise<void> {
  const apt = (...args: string[]) =>
    run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      isLoud: true,
      timeoutMs: 600_000,
    })
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', 'chromium')
}

function playwright(...args: string[]): Promise<string> {
  const home = dirname(createRequire(import.meta.url).resolve('playwright-core/package.json'))
  return run(process.execPath, [join(home, 'cli.js'), ...args], { isLoud: true, timeoutMs: 600_000 })
}

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import type { TestProject } from 'vitest/node'
import { run } from '../child.ts'
import { ENGINES, type Engine, find, SHELL } from './engine.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The Chromium that the browser tests drive. */
    readonly chromiumPath: string
    /** Its headless shell, or the same where that is missing. */
    readonly shellPath: string
  }
}

/** Before the browser tests: finds the engines, or fetches them. Chromium must be there; in CI all of them. */
export default async function install(project: TestProject): Promise<void> {
  const { chromium, ...others } = ENGINES
  const chromiumPath = await get(chromium)
  project.provide('chromiumPath', chromiumPath)
  project.provide('shellPath', (await find(SHELL)) ?? chromiumPath)
  for (const engine of Object.values(others))
    await get(engine).catch((error) => {
      if (process.env.CI) throw error
      say(error.message)
    })
}

/** The engine's program; rejects where it cannot be had. */
export const get = async (engine: Engine): Promise<string> => (await find(engine)) ?? fetchOne(engine)

interface Way {
  readonly name: string
  readonly take: () => Promise<unknown>
}

/** Installs an engine, and says so; rejects with what was tried where it cannot be had. */
async function fetchOne(engine: Engine): Promise<string> {
  const failures: string[] = []
  for (const { name, take } of await ways(engine)) {
    say(`The browser tests need ${engine.title}, and there is none on this machine. Fetching it: ${name}.`)
    try {
      await take()
    } catch (error) {
      failures.push(`${name}: ${String(error).split('\n')[0]}`)
      continue
    }
    const path = await find(engine)
    if (path) {
      say(`${engine.title} is at ${path}.`)
      return path
    }
    failures.push(`${name}: ended well, but the browser does not start`)
  }
  throw new Error(
    [
      `No ${engine.title} for the browser tests. Install one and set ${engine.variable} to its program.`,
      ...failures,
    ].join('\n'),
  )
}

/** Debian's package as root, Playwright's download elsewhere. Ubuntu's packages are snaps, which no container runs. */
async function ways({ name, debianPackages }: Engine): Promise<readonly Way[]> {
  const isRoot = process.getuid?.() === 0
  const hasApt = existsSync('/usr/bin/apt-get')
  const system = await readFile('/etc/os-release', 'utf8').catch(() => '')
  const debian: Way = { name: "Debian's package, by apt-get", take: () => aptInstall(debianPackages) }
  // Its Firefox and its WebKit are builds of its own, not what people use.
  const download: Way = {
    name: "Playwright's download",
    take: () => playwright('install', '--no-shell', ...(isRoot && hasApt ? ['--with-deps'] : []), name),
  }
  return [
    ...(isRoot && hasApt && !/^ID=ubuntu$/m.test(system) ? [debian] : []),
    ...(name === 'chromium' ? [download] : []),
  ]
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  const apt = (...args: string[]) =>
    run('apt-get', ['-o', 'DPkg::Lock::Timeout=300', ...args], {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
      isLoud: true,
      timeoutMs: 600_000,
    })
  await apt('update')
  await apt('install', '-y', '--no-install-recommends', ...packages)
}

function playwright(...args: string[]): Promise<string> {
  const home = dirname(createRequire(import.meta.url).resolve('playwright/package.json'))
  return run(process.execPath, [join(home, 'cli.js'), ...args], { isLoud: true, timeoutMs: 600_000 })
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

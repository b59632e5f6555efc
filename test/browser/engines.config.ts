import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import { playwright } from '@vitest/browser-playwright'
import { defineConfig, type ViteUserConfig } from 'vitest/config'
import type { BrowserInstanceOption, BrowserProviderOption } from 'vitest/node'
import { ROOT } from '../child.ts'
import { CHROMIUM_ARGS, ENGINES, type Engine, type EngineName, FIREFOX_CHANNEL, LAUNCH_MS } from './engine.ts'
import { EnginesReport } from './engines-report.ts'
import { get, say } from './install.ts'
import { NOT_POSSIBLE } from './not-possible.ts'
import { webkit } from './webkit-provider.ts'

/** A run that hangs, in a browser that does not start or a page that does not answer, ends here and says so. */
const RUN_MS = 20 * 60_000

const providers: Record<EngineName, (executablePath: string) => BrowserProviderOption> = {
  chromium: (executablePath) =>
    playwright({ launchOptions: { executablePath, args: CHROMIUM_ARGS, timeout: LAUNCH_MS } }),
  firefox: (executablePath) =>
    playwright({ launchOptions: { executablePath, channel: FIREFOX_CHANNEL, timeout: LAUNCH_MS } }),
  webkit,
}

/** The tests that run on the world of `world.ts`: all that put the store on an IndexedDB. */
function testFiles(): string[] {
  const isLeftOut = (name: string) =>
    NOT_POSSIBLE.some(({ file, test }) => `${file}.test.ts` === name && test === undefined)
  return readdirSync(join(ROOT, 'test'))
    .filter((name) => name.endsWith('.test.ts') && !isLeftOut(name))
    .filter((name) => readFileSync(join(ROOT, 'test', name), 'utf8').includes("'./world.ts'"))
    .map((name) => `test/${name}`)
}

async function instances(): Promise<BrowserInstanceOption[]> {
  const all: BrowserInstanceOption[] = []
  for (const engine of Object.values(ENGINES)) {
    const { name } = engine
    const path = await get(engine).catch((error: Error) => leaveOut(engine, error))
    if (path) all.push({ browser: name, name, provider: providers[name](path), provide: { engine: name } })
  }
  return all
}

/** CI has every engine; a visitor may lack one. */
function leaveOut({ title }: Engine, error: Error): undefined {
  if (process.env.CI) throw error
  say(`Not tested in ${title}, which cannot be had here.\n${error.message}`)
}

/** What is done once in a run, though Vitest loads this file more often. */
function prepare(): Promise<BrowserInstanceOption[]> {
  setTimeout(() => {
    say(`The browsers have not finished in ${RUN_MS / 60_000} minutes: given up.`)
    process.exit(1)
  }, RUN_MS).unref()
  process.once('SIGTERM', () => process.exit(143)) // so that the browsers end too
  return instances()
}

const run = globalThis as { prepared?: Promise<BrowserInstanceOption[]> }

export default defineConfig(async () => {
  run.prepared ??= prepare()
  const config: ViteUserConfig = {
    root: ROOT,
    resolve: {
      alias: [{ find: /^\.\/platform\.ts$/, replacement: join(ROOT, 'test/browser/platform.ts') }],
    },
    define: { 'process.env.SEED': JSON.stringify(process.env.SEED) ?? 'undefined' },
    test: {
      include: testFiles(),
      setupFiles: ['test/browser/skip.ts'],
      testTimeout: 60_000, // for slow machines; no test waits for time
      fileParallelism: false,
      slowTestThreshold: 10_000, // the report at the end is what one looks at
      silent: 'passed-only',
      reporters: ['default', new EnginesReport()],
      browser: {
        enabled: true,
        headless: true,
        isolate: false, // each test has a world of its own; a page for each file takes a quarter longer
        screenshotFailures: false,
        api: { host: '127.0.0.1' },
        instances: await run.prepared,
      },
    },
  }
  return config
})

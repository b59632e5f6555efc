import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CDPSession, Page } from 'playwright'
import { say } from '../browser/install.ts'
import { startChromium } from './browser.ts'
import { buildReadable } from './build.ts'
import { COLD, profileHeap } from './profile-heap.ts'
import type { Served } from './serve.ts'

/**
 * `npm run bench -- --profile`: where the main thread of a page with this store spends its time, by whose code it is.
 * Only prints. A profiler makes everything slower: shares travel, milliseconds do not.
 */

/** Microseconds from one sample to the next. */
const EVERY_US = 200
const TAPS = 200
const OBSERVERS = 1_000
const OBSERVED_TAPS = 40
const MERGED = 10_000
const COLD_ANSWERS = 200

interface Call {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

/** Whose each line of the script is. */
type OwnerOf = (line: number) => string

export async function profile(
  chromium: string,
  bench: string,
  served: Served,
  folder: string,
): Promise<void> {
  await rm(join(folder, 'profile.js'), { force: true })
  await mkdir(folder, { recursive: true })
  const script = await buildReadable(bench, folder, 'rsvp-store')
  await writeFile(join(folder, 'profile.js'), script)
  const ownerOf = ownersIn(script)
  await using browser = await startChromium(chromium)
  const page = await browser.context.newPage()
  page.setDefaultTimeout(600_000)
  await page.goto(`${served.url}/profile.html`)
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Profiler.enable')
  await devtools.send('Profiler.setSamplingInterval', { interval: EVERY_US })
  await page.evaluate((count) => globalThis.bench.prepare('profiled', count), OBSERVERS)

  const disk = () => page.evaluate((taps) => globalThis.bench.tapToDisk('profiled', taps), TAPS)
  await show(devtools, ownerOf, `T2: ${TAPS} taps until they are on disk`, TAPS, disk)
  await observing(page)
  const observed = async () => {
    for (let at = 0; at < OBSERVED_TAPS; at += 1)
      await page.evaluate((at) => globalThis.observing.tap(at), at * 20 + 3)
  }
  await show(devtools, ownerOf, `T6: a tap beside ${OBSERVERS} observers`, OBSERVED_TAPS, observed)
  await page.evaluate(() => globalThis.observing.close())
  const merge = () => page.evaluate((count) => globalThis.bench.merge('merged', count), MERGED)
  await show(devtools, ownerOf, `T4: ${MERGED} entities merged`, 1, merge)

  const prepare = (page: Page) =>
    page.evaluate(([name, count, answers]) => globalThis.bench.prepare(name, count, answers), [
      COLD,
      MERGED,
      COLD_ANSWERS,
    ] as const)
  await prepare(page)
  const cold = async () => {
    await page.goto(`${served.url}/profile.html?cold=${COLD}`)
    await page.evaluate(() => globalThis.bench.coldStart)
  }
  await cold() // brings the script into the browser's cache
  await show(devtools, ownerOf, `T5: from navigation to the first 50 of ${MERGED} events`, 1, cold)
  await profileHeap(chromium, `${served.url}/profile.html`, prepare, (call) => whose(call, ownerOf))
}

const observing = (page: Page) =>
  page.evaluate(async (count) => {
    globalThis.observing = await globalThis.bench.observeAll('profiled', count)
  }, OBSERVERS)

async function show(
  devtools: CDPSession,
  ownerOf: OwnerOf,
  title: string,
  units: number,
  work: () => Promise<unknown>,
): Promise<void> {
  await devtools.send('Profiler.start')
  await work()
  const { profile } = await devtools.send('Profiler.stop')
  const calls = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame as Call]))
  const msBy = new Map<string, number>()
  for (const [at, id] of (profile.samples ?? []).entries()) {
    const call = calls.get(id)
    const owner = call ? whose(call, ownerOf) : 'unknown'
    msBy.set(owner, (msBy.get(owner) ?? 0) + (profile.timeDeltas?.[at] ?? 0) / 1_000)
  }
  const idle = msBy.get('(idle)') ?? 0
  msBy.delete('(idle)')
  const busy = [...msBy.values()].reduce((sum, ms) => sum + ms, 0)
  say(
    `\n${title}: ${(busy / units).toFixed(2)} ms of work each, and ${(idle / units).toFixed(2)} ms of waiting`,
  )
  for (const [owner, ms] of [...msBy].sort(([, a], [, b]) => b - a))
    say(
      `  ${owner.padEnd(24)} ${(ms / units).toFixed(2).padStart(8)} ms ${((100 * ms) / busy).toFixed(0).padStart(4)} %`,
    )
}

/** The profiler's own names for what is no script stand in brackets; what has no address is the browser's. */
function whose({ functionName, url, lineNumber }: Call, ownerOf: OwnerOf): string {
  if (functionName.startsWith('(')) return functionName
  return url === '' ? 'browser' : ownerOf(lineNumber)
}

/** By the marks that the bundler leaves where a module begins. */
function ownersIn(script: string): OwnerOf {
  let owner = 'bundle'
  const owners = script.split('\n').map((line) => {
    const path = /^\/\/ (\S+\.m?[jt]s)$/.exec(line)?.[1]
    if (path) owner = nameOf(path)
    return owner
  })
  return (line) => owners[line] ?? 'bundle'
}

const nameOf = (path: string): string =>
  /node_modules\/([^/]+)/.exec(path)?.[1] ?? (path.includes('bench/') ? 'the benchmark' : 'rsvp-store')

import { join } from 'node:path'
import process from 'node:process'
import { parseArgs } from 'node:util'
import { ENGINES } from '../browser/engine.ts'
import { get, say } from '../browser/install.ts'
import { startChromium } from './browser.ts'
import { type Built, buildPages, contendersIn } from './build.ts'
import { conditionsOf } from './conditions.ts'
import { installIn } from './install.ts'
import { FULL, QUICK } from './plan.ts'
import { profile } from './profile.ts'
import { textOf, writeReport } from './report.ts'
import { type About, keepResults, type Results, readResults } from './results.ts'
import { type Served, serve } from './serve.ts'
import { turn } from './turn.ts'

/**
 * `npm run bench`: each contender in turn does the same work, round after round, and the report is written. With
 * `-- --quick`, or names of contenders, it only prints; with `-- --check` nothing is measured; with `-- --profile` it
 * shows where this store's time goes; with `-- --report` the last whole run's report is written again.
 */

const BENCH = join(process.cwd(), 'test/bench')
const CACHE = join(process.cwd(), 'node_modules/.cache')
const KEPT = join(CACHE, 'bench.json')
const PAGE = join(process.cwd(), 'docs/benchmark.md')
const CHART = join(process.cwd(), 'docs/benchmark.svg')

/** Who is slow may take more than a fair share of the time that is left: others take less. */
const LENIENCE = 1.5

const option = { type: 'boolean', default: false } as const
const { values, positionals } = parseArgs({
  options: { check: option, profile: option, quick: option, report: option },
  allowPositionals: true,
})

if (values.report) await writeReport(PAGE, CHART, await readResults(KEPT))
else await start()

async function start(): Promise<void> {
  await installIn(BENCH, 'Installing what rsvp-store is measured against.')
  const all = await contendersIn(BENCH)
  const names = positionals.length > 0 ? positionals : all
  const strangers = names.filter((name) => !all.includes(name))
  if (strangers.length > 0)
    throw new Error(`no such contender: ${strangers.join(', ')}; there are ${all.join(', ')}`)

  const chromium = await get(ENGINES.chromium)
  const built = await buildPages(BENCH, join(CACHE, 'bench-pages'), names)
  await using served = await serve(join(CACHE, 'bench-pages'))
  if (values.check) return await checkAll(chromium, built, served)
  if (values.profile) return await profile(chromium, BENCH, served, join(CACHE, 'bench-pages'))

  const results = await measure(chromium, built, served)
  say(`\n${textOf(results)}`)
  if (values.quick || positionals.length > 0) return
  await keepResults(KEPT, results)
  await writeReport(PAGE, CHART, results)
  say('\nwrote docs/benchmark.md and docs/benchmark.svg')
}

async function measure(chromium: string, built: readonly Built[], served: Served): Promise<Results> {
  const plan = values.quick ? QUICK : FULL
  const beganMs = performance.now()
  const about: Record<string, About> = {}
  const rounds: Results['rounds'][number][] = []
  for (let round = 0; round < plan.rounds; round += 1) {
    const turns: Record<string, Results['rounds'][number][string]> = {}
    // Who comes first changes: what warms up, or tires, must not always do so for the same one.
    const order = [...built.slice(round % built.length), ...built.slice(0, round % built.length)]
    for (const [at, contender] of order.entries()) {
      const turnBeganMs = performance.now()
      const leftMs = plan.allMs - (turnBeganMs - beganMs)
      const untilMs = turnBeganMs + Math.min(leftMs, (LENIENCE * leftMs) / (order.length - at))
      const options = { chromium, served, plan, isFirst: round === 0, untilMs }
      const { about: self, ...rest } = await turn(contender, options)
      about[contender.name] = self
      turns[contender.name] = rest
      say(`round ${round + 1}: ${self.name}, ${((performance.now() - turnBeganMs) / 1_000).toFixed(1)} s`)
    }
    rounds.push(turns)
  }
  const names = built.map(({ name }) => name)
  return { plan, conditions: await conditionsOf(chromium, names, beganMs), about, rounds }
}

async function checkAll(chromium: string, contenders: readonly Built[], { url }: Served): Promise<void> {
  for (const { name, size } of contenders) {
    await using profile = await startChromium(chromium)
    const page = await profile.context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error') say(`  ${name}: ${message.text()}`)
    })
    page.on('pageerror', (error) => say(`  ${name}: ${error.stack}`))
    await page.goto(`${url}/${name}.html`)
    await page.evaluate(([name, url]) => bench.check(name, url), [`check-${name}`, `${url}/wait-0`] as const)
    say(`${name} does what is asked (${size} bytes)`)
  }
}

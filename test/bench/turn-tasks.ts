import type { Bench } from './bench.ts'
import { growth, startCold } from './cold.ts'
import { times } from './measure.ts'
import { observe } from './observe.ts'

/** What is slow is done again only for so long. */
const PATIENCE_MS = 20_000

type Task = (bench: Bench) => Promise<void>

/** In the order in which they are done. T8 is no task: the build knows the size. T9 is part of T5. */
export const TASKS: Readonly<Record<string, Task>> = {
  check: async ({ page, url }) => {
    await page.evaluate(([name, url]) => bench.check(name, url), ['check', `${url}/wait-0`] as const)
    await page.evaluate(() => bench.prepare('thousand', 1_000))
  },
  T1: async ({ page, plan, keep }) => {
    keep('T1 event', await page.evaluate((taps) => bench.tapToView('thousand', 'event', taps), plan.taps))
    keep('T1 list', await page.evaluate((taps) => bench.tapToView('thousand', 'list', taps), plan.taps))
  },
  T2: async ({ page, plan, keep }) => {
    keep('T2', await page.evaluate((taps) => bench.tapToDisk('thousand', taps), plan.taps))
  },
  T4: async ({ page, plan, keep }) => {
    for (const at of times(plan.merges, PATIENCE_MS)) {
      const what = [`merge-${at}`, plan.merged] as const
      keep('T4', await page.evaluate(([name, count]) => bench.merge(name, count), what))
    }
  },
  T3: async ({ page, plan, keep }) => {
    const { taps, blocks } = await page.evaluate(
      ([count, merges]) => bench.tapWhileMerging('thousand', count, merges),
      [plan.merged, plan.merges] as const,
    )
    keep('T3', taps)
    keep('T4 block', blocks)
  },
  T6: observe,
  T7: async ({ page, plan, url, keep }) => {
    for (const wait of plan.waits) {
      const what = [`push-${wait}`, plan.answers, `${url}/wait-${wait}`] as const
      const { store, bare } = await page.evaluate(([name, count, url]) => bench.push(name, count, url), what)
      keep(`T7 ${wait}`, store)
      keep(`T7 ${wait} fetches`, bare)
    }
  },
  T5: (bench) => startCold(bench, 'T5', bench.plan.events),
  T10: growth,
}

import type { CDPSession, Page } from 'playwright'
import type { Bench } from './bench.ts'
import { median } from './figures.ts'

/** An observer on each event, and one tap after the other: what the one costs that is meant, and all others. */
export async function observe({ page, plan, keep }: Bench): Promise<void> {
  await page.evaluate((count) => bench.prepare('observed', count), plan.observers)
  keep('T6 subscribing', await subscribe(page, plan.observers))
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('Performance.enable')
  const idle = []
  for (let at = 0; at < plan.idles; at += 1)
    idle.push(await busy(devtools, () => page.evaluate(() => observing.idle())))
  for (let at = 0; at < plan.observedTaps; at += 1) {
    let seen = { emission: 0, needless: 0 }
    const ms = await busy(devtools, async () => {
      seen = await page.evaluate((at) => observing.tap(at), at * 20 + 3)
    })
    keep('T6 emission', [seen.emission])
    keep('T6 needless', [seen.needless])
    keep('T6 work', [Math.max(0, ms - median(idle))])
  }
  await page.evaluate(() => observing.close())
}

const subscribe = (page: Page, observers: number): Promise<number[]> =>
  page.evaluate(async (count) => {
    globalThis.observing = await bench.observeAll('observed', count)
    return [observing.subscribed]
  }, observers)

/** Milliseconds for which the main thread worked meanwhile. */
async function busy(devtools: CDPSession, work: () => Promise<unknown>): Promise<number> {
  const read = async () => {
    const { metrics } = await devtools.send('Performance.getMetrics')
    return (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0) * 1_000
  }
  const before = await read()
  await work()
  return (await read()) - before
}

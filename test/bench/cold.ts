import type { Page } from 'playwright'
import type { Bench } from './bench.ts'
import { SETTLE_MS, sleep, times } from './measure.ts'

/** What is slow is done again only for so long. */
const PATIENCE_MS = 20_000

/** A store that was filled before, on a page that was not there before; then what the page holds in memory. */
export async function startCold(bench: Bench, figure: string, events: number): Promise<void> {
  const { page, plan, keep } = bench
  const kept = `cold-${figure}`
  const what = [kept, events, plan.coldAnswers] as const
  await page.evaluate(([kept, events, answers]) => globalThis.bench.prepare(kept, events, answers), what)
  await startOnce(bench, kept) // brings the scripts into the browser's cache
  for (const _ of times(plan.colds, PATIENCE_MS)) {
    const { ms, heap, limit } = await startOnce(bench, kept)
    keep(figure, [ms])
    keep(`${figure} heap`, [heap])
    if (limit !== undefined) keep(`${figure} limit`, [limit])
  }
}

async function startOnce({ open, name }: Bench, kept: string) {
  const page = await open(name, `?cold=${kept}`)
  const ms = await page.evaluate(() => bench.coldStart)
  if (ms === undefined) throw new Error('the page was not asked to start')
  await sleep(SETTLE_MS)
  const heap = await heapOf(page)
  await page.close()
  if (name !== 'bare') return { ms, heap }
  const least = await open('limit', `?cold=${kept}`)
  const limit = await least.evaluate(() => globalThis.limit)
  await least.close()
  return { ms, heap, limit }
}

/** With few events, then with many: a cold start, its memory, and a tap. */
export async function growth(bench: Bench): Promise<void> {
  const { page, plan, keep, isFirst } = bench
  if (!plan.growth || !isFirst) return
  for (const [at, events] of plan.growth.entries()) {
    const figure = `T10 ${at === 0 ? 'few' : 'many'}`
    await startCold(bench, figure, events)
    const what = [`cold-${figure}`, plan.taps] as const
    keep(
      `${figure} tap`,
      await page.evaluate(([kept, taps]) => globalThis.bench.tapToView(kept, 'event', taps), what),
    )
  }
}

async function heapOf(page: Page): Promise<number> {
  const devtools = await page.context().newCDPSession(page)
  await devtools.send('HeapProfiler.enable')
  for (let at = 0; at < 3; at += 1) await devtools.send('HeapProfiler.collectGarbage')
  return (await devtools.send('Runtime.getHeapUsage')).usedSize
}

import type { BrowserContext, Page } from 'playwright'
import { say } from '../browser/install.ts'
import { startChromium } from './browser.ts'
import type { Built } from './build.ts'
import { inTime } from './measure.ts'
import type { Plan } from './plan.ts'
import type { About, Turn } from './results.ts'
import type { Served } from './serve.ts'
import { createSheet } from './sheet.ts'
import { TASKS } from './turn-tasks.ts'

export interface TurnOptions {
  readonly chromium: string
  readonly served: Served
  readonly plan: Plan
  readonly isFirst: boolean
  /** By then the turn is over, whatever is left. */
  readonly untilMs: number
}

const CLOSING_MS = 10_000

/** One contender's turn, in a browser and on a profile of its own. */
export async function turn({ name, size }: Built, options: TurnOptions): Promise<Turn & { about: About }> {
  const { chromium, served, plan, isFirst, untilMs } = options
  await using profile = await startChromium(chromium)
  const { context } = profile
  const open = (name: string, query?: string) => openPage(context, served, name, query)
  const sheet = createSheet(name, plan.limitMs, untilMs)
  sheet.keep('size', [size])

  let page = await open(name)
  const about = await page.evaluate(() => bench.about)
  for (const [task, work] of Object.entries(TASKS)) {
    const bench = { name, url: served.url, plan, isFirst, page, keep: sheet.keep, open }
    if (await sheet.attempt(task, () => work(bench))) continue
    if (task === 'check') break // figures of what is wrong are worth nothing
    // What failed may go on in the page all the same.
    await closeAll(context)
    page = await open(name)
  }
  return { ...sheet.turn(), about }
}

async function openPage(context: BrowserContext, { url }: Served, name: string, query = ''): Promise<Page> {
  const page = await context.newPage()
  page.setDefaultTimeout(600_000)
  page.on('pageerror', (error) => say(`  ${name}: ${error.message}`))
  await page.goto(`${url}/${name}.html${query}`)
  return page
}

/** A page whose script never comes to an end cannot be asked to close. */
async function closeAll(context: BrowserContext): Promise<void> {
  const closing = Promise.all(context.pages().map((page) => page.close()))
  await inTime(closing, 'closing the page', CLOSING_MS).catch(({ message }) => say(`  ${message}`))
}

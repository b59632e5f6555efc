import { readFile, writeFile } from 'node:fs/promises'
import process from 'node:process'
import { expect, test } from 'vitest'
import { type Day, type DayPlan, playDay } from './day.ts'

const PAGE = new URL('../docs/day.md', import.meta.url)
/** `npm run simulate:day` plays the whole day and writes down what it cost; else an hour of it, from three seeds. */
const isWhole = process.env.DAY === 'whole'
const WHOLE: DayPlan = { hours: 8, reconnects: 40, messages: 2_000, answers: 60, seed: 1 }
const HOUR = { hours: 1, reconnects: 5, messages: 150, answers: 8 }
const PLANS: readonly DayPlan[] = isWhole ? [WHOLE] : [2, 3, 4].map((seed) => ({ ...HOUR, seed }))

test.each(PLANS)(
  'a phone from morning to evening: no needless request, and in the end all is as the server has it: %j',
  async (plan) => {
    const day = await playDay(plan)
    expect(day.wrong).toEqual([])
    expect(day.messages.heard).toBeGreaterThan(plan.messages / 4)
    if (!isWhole) return
    const page = await readFile(PAGE, 'utf8')
    await writeFile(PAGE, page.replace(/(<!-- day -->\n)[\s\S]*(<!-- \/day -->)/, `$1${tableOf(day)}\n$2`))
  },
  900_000,
)

const kilobytes = (bytes: number) => `${Math.round(bytes / 1_000).toLocaleString('en')} kB`

function tableOf({ requests, bytes, messages, rows, stored }: Day): string {
  const all = Object.values(requests).reduce((sum, count) => sum + count, 0)
  const tables = Object.entries(rows).map(([table, count]) => `${count} ${table}`)
  const lines: (readonly [string, string])[] = [
    ...Object.entries(requests).map(([kind, count]) => [`\`${kind}\``, String(count)] as const),
    ['all requests', `${all}, ${kilobytes(bytes.replies)} of replies`],
    ['live messages', `${messages.heard} heard of ${messages.said}, ${kilobytes(bytes.messages)}`],
    ['rows on the device', tables.join(', ')],
    ['… as JSON', kilobytes(stored)],
  ]
  return ['| | |', '|---|--:|', ...lines.map(([what, figure]) => `| ${what} | ${figure} |`)].join('\n')
}

import { readFile, writeFile } from 'node:fs/promises'
import { type Found, find, isMet, ROWS, type Row } from './budgets.ts'
import { chartOf } from './chart.ts'
import { median } from './figures.ts'
import { digits, format } from './format.ts'
import { type About, namesIn, OWN, type Results, titleOf } from './results.ts'

/** Writes what was measured between the marks of the page, whose other text is written by hand, and draws the chart. */
export async function writeReport(page: string, chart: string, results: Results): Promise<void> {
  let text = await readFile(page, 'utf8')
  text = between('conditions', text, conditionsOf(results))
  text = between('budgets', text, budgetTable(results))
  text = between('contenders', text, contenderTable(results))
  await writeFile(page, text)
  await writeFile(chart, chartOf(results))
}

/** The two tables, for a terminal. */
export function textOf(results: Results): string {
  const tables = [...(results.about[OWN] ? [budgetTable(results)] : []), contenderTable(results)].map(aligned)
  const isWhole = results.plan.name === 'full'
  return [
    ...tables,
    ...(isWhole
      ? []
      : ['The quick plan does less of everything than the rows say. It shows what is far off, no more.']),
  ].join('\n\n')
}

function conditionsOf({ plan, conditions }: Results): string {
  const { date, browser, node, cpu, cores, minutes, versions } = conditions
  const rounds = plan.rounds === 1 ? 'one round' : `${plan.rounds} rounds`
  const libraries = Object.entries(versions).map(([name, version]) => `${name} ${version}`)
  return [
    `${date}: ${rounds} of the ${plan.name} plan in ${minutes} minutes. Headless ${browser}, Node ${node}, ` +
      `${cores} cores (${cpu}).`,
    `Against ${libraries.join(', ')}.`,
  ].join('\n')
}

function budgetTable(results: Results): string {
  const rows = measured(results)
    .filter(({ budget }) => budget)
    .map((row) => {
      const found = find(row, OWN, results)
      return [
        row.label,
        valueIn(row, found),
        ratioIn(found),
        spreadIn(row, found),
        budgetIn(row),
        metIn(row, found),
      ]
    })
  return table(['task', 'rsvp-store', 'ratio', 'in the rounds', 'budget', 'met'], rows)
}

function contenderTable(results: Results): string {
  const names = namesIn(results)
  const rows = measured(results).map((row) => [row.label, ...names.map((name) => cell(row, name, results))])
  return table(['task', ...names.map((name) => titleOf(results, name))], rows)
}

/** Without what the plan leaves out. */
const measured = (results: Results): readonly Row[] =>
  ROWS.filter((row) => namesIn(results).some((name) => find(row, name, results).values.length > 0))

function cell(row: Row, name: string, results: Results): string {
  const found = find(row, name, results)
  const isCompared = found.ratios.length > 0 && (name !== 'bare' || row.task === 'T5')
  const ratio = isCompared ? ` (${ratioIn(found)})` : ''
  return `${valueIn(row, found)}${ratio}${marksOf(row, found, results.about[name])}`
}

function marksOf({ isWrite }: Row, { values, failure }: Found, about: About | undefined): string {
  if (values.length === 0) return ''
  return `${isWrite && about?.durability === 'relaxed' ? ' †' : ''}${failure ? ' ‡' : ''}`
}

const valueIn = ({ unit }: Row, { values, failure }: Found) =>
  values.length > 0 ? format(median(values), unit) : (failure ?? '–')

const ratioIn = ({ ratios }: Found) => (ratios.length > 0 ? format(median(ratios), 'times') : '')

/** From the best round to the worst, of what the budget is for. */
function spreadIn({ budget, unit }: Row, { values, ratios }: Found): string {
  const samples = budget?.of === 'ratio' ? ratios : values
  if (samples.length < 2) return ''
  const [best, worst] = [Math.min(...samples), Math.max(...samples)]
  return `${budget?.of === 'ratio' ? digits(best) : format(best, unit)} – ${format(worst, budget?.of === 'ratio' ? 'times' : unit)}`
}

const budgetIn = ({ budget, unit }: Row) =>
  budget ? `≤ ${format(budget.atMost, budget.of === 'ratio' ? 'times' : unit)}` : ''

function metIn(row: Row, found: Found): string {
  const met = isMet(row, found)
  return met === undefined ? '–' : met ? 'yes' : '**no**'
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = head.map((_, at) => (at === 0 ? '---' : '--:'))
  return [head, rule, ...rows].map(line).join('\n')
}

/** The same table with columns that stand one below the other. */
function aligned(markdown: string): string {
  const rows = markdown
    .split('\n')
    .filter((_, at) => at !== 1)
    .map((row) => row.slice(2, -2).split(' | '))
  const widths = (rows[0] ?? []).map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)))
  const pad = (text: string, at: number) =>
    at === 0 ? text.padEnd(widths[at] ?? 0) : text.padStart(widths[at] ?? 0)
  return rows.map((row) => row.map(pad).join('  ')).join('\n')
}

function between(name: string, text: string, inside: string): string {
  const [begin, end] = [`<!-- bench:${name} -->\n`, `\n<!-- /bench:${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < 0) throw new Error(`the page has no marks for ${name}`)
  return text.slice(0, from + begin.length) + inside + text.slice(to)
}

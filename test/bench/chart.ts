import { find, ROWS, type Row } from './budgets.ts'
import { median } from './figures.ts'
import { format } from './format.ts'
import { namesIn, OWN, type Results, titleOf } from './results.ts'

const [COLUMNS, PANEL, GAP, BAR, STEP] = [3, 300, 24, 9, 15]
/** Of a panel: where its bars begin, how long the longest is. */
const [LEFT, LONGEST] = [96, 132]
const [MARGIN, TOP, HEAD] = [16, 62, 24]
/** A bar that is this many times as long as the longer of rsvp-store's and bare IndexedDB's is cut off. */
const CUT = 4

const LEGEND =
  'A bar with a notch is cut off: its number says how long it is. † Called done while the operating system still has it.'

const STYLE = `
text { font: 11px system-ui, sans-serif; fill: #1f2328 }
.title { font-size: 15px; font-weight: 600 }
.panel, .own { font-weight: 600 }
.faint { fill: #656d76 }
rect { fill: #afb8c1 }
rect.bare { fill: #6e7781 }
rect.own { fill: #0969da }
text.own { fill: #0550ae }
path { stroke: #ffffff; stroke-width: 2 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .faint { fill: #8d96a0 }
  rect { fill: #484f58 }
  rect.bare { fill: #7d8590 }
  rect.own { fill: #4493f8 }
  text.own { fill: #79c0ff }
  path { stroke: #0d1117 }
}`
  .trim()
  .replaceAll('\n', '')

/** One small panel a task, with one bar a contender; shorter is better. */
export function chartOf(results: Results): string {
  const names = namesIn(results)
  const panels = ROWS.filter(({ panel }) => panel)
  const tall = HEAD + names.length * STEP + GAP
  const width = MARGIN * 2 + COLUMNS * PANEL + (COLUMNS - 1) * GAP
  const height = TOP + Math.ceil(panels.length / COLUMNS) * tall - GAP / 2
  const title = 'The same work, done by each store in the same browser: shorter is better'
  const drawn = panels.map((row, at) => {
    const x = MARGIN + (at % COLUMNS) * (PANEL + GAP)
    const y = TOP + Math.floor(at / COLUMNS) * tall
    return `<g transform="translate(${x} ${y})">\n${drawPanel(row, names, results)}\n</g>`
  })
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${title}</title>`,
    `<style>${STYLE}</style>`,
    text(MARGIN, 26, title, 'title'),
    text(MARGIN, 44, LEGEND, 'faint'),
    ...drawn,
    '</svg>',
  ].join('\n')}\n`
}

function drawPanel(row: Row, names: readonly string[], results: Results): string {
  const found = new Map(names.map((name) => [name, find(row, name, results)]))
  const medianOf = (name: string) => {
    const values = found.get(name)?.values ?? []
    return values.length > 0 ? median(values) : undefined
  }
  const all = names.flatMap((name) => medianOf(name) ?? [])
  const cut = Math.max(...[OWN, 'bare'].flatMap((name) => medianOf(name) ?? [])) * CUT
  const longest = Math.min(Math.max(...all), cut > 0 ? cut : Number.POSITIVE_INFINITY)
  const bars = names.map((name, at) => {
    const bar = { name: titleOf(results, name), kind: kindOf(name), y: HEAD + at * STEP }
    const value = medianOf(name)
    if (value === undefined)
      return drawLabel(bar) + text(LEFT, bar.y, found.get(name)?.failure ?? '–', 'faint')
    return (
      drawLabel(bar) + drawBar(bar, value / longest, format(value, row.unit) + markOf(row, name, results))
    )
  })
  return [text(0, 8, row.panel ?? row.label, 'panel'), ...bars].join('\n')
}

const markOf = ({ isWrite }: Row, name: string, { about }: Results) =>
  isWrite && about[name]?.durability === 'relaxed' ? ' †' : ''

interface Bar {
  readonly name: string
  readonly kind: string
  readonly y: number
}

const kindOf = (name: string) => (name === OWN ? 'own' : name === 'bare' ? 'bare' : '')

const drawLabel = ({ name, kind, y }: Bar) => text(LEFT - 6, y, name, kind, 'end')

function drawBar({ kind, y }: Bar, share: number, said: string): string {
  const long = round(Math.max(1, Math.min(share, 1) * LONGEST))
  const bar = `<rect x="${LEFT}" y="${y - BAR}" width="${long}" height="${BAR}" rx="1"${classOf(kind)}/>`
  const gap = share > 1 ? `<path d="M${LEFT + long - 14} ${y + 1}l5 ${-BAR - 2}"/>` : ''
  return bar + gap + text(LEFT + long + 5, y, said, kind)
}

const text = (x: number, y: number, said: string, kind: string, anchor?: string) =>
  `<text x="${round(x)}" y="${y}"${classOf(kind)}${anchor ? ` text-anchor="${anchor}"` : ''}>${said}</text>`

const classOf = (kind: string) => (kind ? ` class="${kind}"` : '')

const round = (value: number) => Math.round(value * 10) / 10

import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chartOf, grouped, type Panel } from './fleet-chart.ts'
import { type Figures, figuresOf, wavesOf } from './fleet-figures.ts'
import { type FleetOptions, type Played, play, type SceneName } from './fleet-scenes.ts'

// Plays an outage with a whole fleet and says how evenly it comes back. With the default seed and size it writes
// docs/fleet.md's table and docs/fleet.svg; with others it only prints.

const SEED = 1
const CLIENTS = 1_000
const WAVES = 10
const { values } = parseArgs({ options: { seed: { type: 'string' }, clients: { type: 'string' } } })
const seed = Number(values.seed ?? SEED)
const clients = Number(values.clients ?? CLIENTS)
const isDocumented = seed === SEED && clients === CLIENTS

interface Row {
  readonly key: string
  readonly scene: SceneName
  readonly label: string
  readonly options?: Partial<FleetOptions>
}

const WITHOUT = { jitter: false }
const BRIEF = { troubleMs: 10_000 }
const ROWS: readonly Row[] = [
  { key: 'a', scene: 'network back', label: '(a) network back after 1 h' },
  { key: 'a-control', scene: 'network back', label: '… without jitter', options: WITHOUT },
  { key: 'a-base', scene: 'network back', label: '… with `baseMs: 30_000`', options: { baseMs: 30_000 } },
  { key: 'b', scene: 'server back', label: '(b) server back after 30 min' },
  { key: 'b-control', scene: 'server back', label: '… without jitter', options: WITHOUT },
  { key: 'c', scene: 'refused', label: '(c) 429 for 10 min' },
  { key: 'c-control', scene: 'refused', label: '… without jitter', options: WITHOUT },
  { key: 'd', scene: 'refused', label: '(d) 429 for 10 s', options: BRIEF },
  { key: 'd-control', scene: 'refused', label: '… without jitter', options: { ...BRIEF, ...WITHOUT } },
]

const print = (text: string): void => void process.stdout.write(`${text}\n`)
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(ms < 10_000 ? 1 : 0)} s`

function cellsOf(figures: Figures): string[] {
  const { firstMs, lastClientMs, busiest, mean, p95, peakToMean, unevenness, requests, drainedMs } = figures
  return [
    `${seconds(firstMs)} – ${seconds(lastClientMs)}`,
    unevenness.toFixed(1),
    grouped(busiest),
    grouped(p95),
    mean.toFixed(1),
    peakToMean.toFixed(1),
    grouped(requests),
    seconds(drainedMs),
  ]
}

const HEAD = [
  'scene',
  'first requests arrive',
  'fullest twentieth of that ÷ mean',
  'busiest second',
  'p95',
  'mean',
  'busiest ÷ mean',
  'requests',
  'all taken after',
]
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

print(`${clients} clients, seed ${seed}`)
const playedByKey = new Map<string, Played>()
const figuresByKey = new Map<string, Figures>()
for (const { key, scene, label, options } of ROWS) {
  const began = performance.now()
  const played = await play(scene, { clients, seed, ...options })
  playedByKey.set(key, played)
  figuresByKey.set(key, figuresOf(played))
  print(`played ${label} in ${seconds(performance.now() - began)}`)
}

const figures = (key: string): Figures => found(figuresByKey, key)
const played = (key: string): Played => found(playedByKey, key)
function found<T>(map: ReadonlyMap<string, T>, key: string): T {
  const one = map.get(key)
  if (!one) throw new Error(`${key} was not played`)
  return one
}

const table = [
  line(HEAD),
  line(HEAD.map((_, index) => (index === 0 ? '---' : '--:'))),
  ...ROWS.map(({ key, label }) => line([label, ...cellsOf(figures(key))])),
].join('\n')
const during = [
  `- (b) While the server is down: ${grouped(figures('b').perClientHour)} requests per client and hour.`,
  `- (c) While it answers 429: ${grouped(figures('c').perClientHour)} requests per client and hour. The busiest second ` +
    `of each half minute, from the first: ${wavesOf(played('c'), WAVES).map(grouped).join(', ')}.`,
  `- (c) The soonest request came ${(figures('c').soonestAfter429Ms / 1_000).toFixed(1)} s after that client's last 429.`,
].join('\n')
print(`\n${table}\n\n${during}`)

const panel = (key: string, title: string, length: number, barSeconds: number): Panel => ({
  title,
  store: played(key),
  control: played(`${key}-control`),
  seconds: length,
  barSeconds,
})

if (isDocumented) {
  const panels = [
    panel('a', '(a) the network comes back to all at once, after an hour', 2, 0.05),
    panel('b', '(b) the server comes back after half an hour', 320, 2),
    panel('c', '(c) the server stops answering 429, after ten minutes', 320, 2),
    panel('d', '(d) the same, after ten seconds', 40, 0.25),
  ]
  writeFileSync('docs/fleet.svg', chartOf(panels, clients))
  const page = readFileSync('docs/fleet.md', 'utf8')
  const between = (name: string, text: string, inside: string): string =>
    text.replace(
      new RegExp(`(<!-- fleet:${name} -->\\n)[\\s\\S]*?(\\n<!-- /fleet:${name} -->)`),
      (_, begin: string, end: string) => `${begin}${inside}${end}`,
    )
  writeFileSync('docs/fleet.md', between('during', between('table', page, table), during))
  print('\nwrote docs/fleet.md and docs/fleet.svg')
}

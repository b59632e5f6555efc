import { counts } from './fleet-figures.ts'
import type { Played } from './fleet-scenes.ts'

export interface Panel {
  readonly title: string
  readonly store: Played
  readonly control: Played
  /** How far the x axis goes, in seconds, and how long one bar is. */
  readonly seconds: number
  readonly barSeconds: number
}

// Grey, blue and orange that can be read on white and on black: an image does not know the page's colour.
const [INK, STORE, CONTROL] = ['#77808a', '#3b82f6', '#e0701a']
const [WIDTH, LEFT, RIGHT, TOP, PLOT, STEP] = [760, 58, 20, 58, 120, 204]

/** Requests per second after the end of each trouble, one panel below the other. */
export function chartOf(panels: readonly Panel[], clients: number): string {
  const height = TOP + panels.length * STEP - 24
  const title = `${grouped(clients)} clients after an outage: requests that reach the server, per second`
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12" fill="${INK}" role="img">`,
    `<title>${title}</title>`,
    `<text x="${LEFT}" y="18" font-size="14" font-weight="600">${title}</text>`,
    ...legend(),
    ...panels.flatMap((panel, index) => [
      `<g transform="translate(${LEFT} ${TOP + index * STEP + 22})">`,
      ...drawPanel(panel),
      '</g>',
    ]),
    '</svg>',
  ].join('\n')}\n`
}

const legend = (): string[] => [
  `<rect x="${LEFT}" y="29" width="10" height="10" fill="${STORE}"/><text x="${LEFT + 16}" y="38">the store as it is</text>`,
  `<rect x="${LEFT + 140}" y="29" width="10" height="10" fill="${CONTROL}"/><text x="${LEFT + 156}" y="38">the control without jitter, cut off at the top</text>`,
]

function drawPanel({ title, store, control, seconds, barSeconds }: Panel): string[] {
  const width = WIDTH - LEFT - RIGHT
  const bars = Math.round(seconds / barSeconds)
  const rates = (played: Played) =>
    counts(played.after, 0, barSeconds * 1_000, bars).map((count) => count / barSeconds)
  const [mine, theirs] = [rates(store), rates(control)]
  const top = niceAbove(Math.max(...mine))
  const barWidth = width / bars
  const draw = (values: readonly number[], colour: string) =>
    `<path fill="${colour}" d="${values
      .flatMap((value, index) => {
        const tall = (Math.min(value, top) / top) * PLOT
        return value > 0 ? `M${px(index * barWidth)} ${PLOT}v${px(-tall)}h${px(barWidth)}v${px(tall)}z` : []
      })
      .join('')}"/>`
  return [
    `<text x="0" y="-10" font-weight="600">${title}</text>`,
    ...[0, 0.5, 1].map((part) => yTick(part * top, PLOT * (1 - part), width)),
    draw(theirs, CONTROL),
    draw(mine, STORE),
    ...spikeLabel(theirs, top, barWidth, barSeconds, width),
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (part) =>
        `<text x="${px(part * width)}" y="${PLOT + 16}" text-anchor="middle">${part * seconds}</text>`,
    ),
    `<text x="${width / 2}" y="${PLOT + 32}" text-anchor="middle">seconds since the trouble ended</text>`,
    `<text transform="translate(-44 ${PLOT / 2}) rotate(-90)" text-anchor="middle">requests / s</text>`,
  ]
}

const yTick = (value: number, y: number, width: number): string =>
  `<path stroke="${INK}" stroke-opacity="0.35" d="M0 ${y}h${width}"/><text x="-6" y="${y + 4}" text-anchor="end">${grouped(value)}</text>`

/** Says how high the control's highest bar really is. */
function spikeLabel(
  values: readonly number[],
  top: number,
  barWidth: number,
  barSeconds: number,
  width: number,
): string[] {
  const highest = Math.max(...values)
  if (highest <= top) return []
  const at = values.indexOf(highest)
  const x = (at + 0.5) * barWidth
  const away = barWidth / 2 + 6
  const [side, anchor] = x > width * 0.6 ? [-away, 'end'] : [away, 'start']
  const span =
    barSeconds < 1 ? `${barSeconds * 1_000} ms` : barSeconds === 1 ? 'one second' : `${barSeconds} s`
  return [
    `<text x="${px(x + side)}" y="12" text-anchor="${anchor}" fill="${CONTROL}">${grouped(highest * barSeconds)} in ${span}</text>`,
  ]
}

function niceAbove(value: number): number {
  const unit = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 3, 4, 5, 6, 8, 10].find((step) => step * unit >= value) ?? 10) * unit
}

const px = (value: number): string => String(Math.round(value * 10) / 10)
export const grouped = (value: number): string => Math.round(value).toLocaleString('en-US')

import type { FileId } from '../model/ids.ts'
import { createSeeded, type Seeded } from './seeded.ts'
import type { World } from './world.ts'

/** A picture drawn by code, with its size in CSS pixels. */
export interface Art {
  readonly svg: string
  readonly width: number
  readonly height: number
  readonly altText: string
}

const COVER = { width: 1200, height: 675 }
const AVATAR = { width: 128, height: 128 }

/** `cover-<eventId>` and `avatar-<userId>` are pictures; every other id is none. */
export function artOf(world: World, fileId: FileId): Art | undefined {
  if (fileId.startsWith('cover-')) {
    const title = world.eventsById.get(fileId.slice('cover-'.length))?.title
    return { ...COVER, svg: coverOf(fileId), altText: title ? `Cover of ${title}` : 'Cover' }
  }
  if (fileId.startsWith('avatar-')) {
    const userId = fileId.slice('avatar-'.length)
    const name = world.usersById.get(userId)?.displayName ?? userId
    return { ...AVATAR, svg: avatarOf(fileId, name), altText: name }
  }
  return undefined
}

const svg = ({ width, height }: typeof COVER, inside: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${inside}</svg>`

/** Two related colours, light enough for dark text beside them and deep enough for white shapes. */
interface Palette {
  readonly from: string
  readonly to: string
  readonly glow: string
}

function paletteOf(seeded: Seeded): Palette {
  const hue = seeded.between(0, 359)
  const turn = seeded.pick([24, 36, -30, 48, -44])
  return {
    from: `hsl(${hue} 44% 42%)`,
    to: `hsl(${(hue + turn + 360) % 360} 50% 60%)`,
    glow: `hsl(${(hue + turn / 2 + 360) % 360} 80% 86%)`,
  }
}

type Painter = (seeded: Seeded, palette: Palette) => string

const hills: Painter = (seeded, { glow }) => {
  const sun = `<circle cx="${seeded.between(240, 960)}" cy="${seeded.between(150, 280)}" r="${seeded.between(70, 120)}" fill="${glow}" opacity=".85"/>`
  const ridge = (base: number, opacity: number) => {
    const [a, b, c] = [seeded.between(-90, 90), seeded.between(-90, 90), seeded.between(-60, 60)]
    return `<path d="M0 ${base} C 250 ${base + a - 90}, 420 ${base + b + 60}, 640 ${base + c} S 1010 ${base + a - 110}, 1200 ${base + b} V 675 H 0 Z" fill="#10162b" opacity="${opacity}"/>`
  }
  return sun + ridge(430, 0.16) + ridge(500, 0.2) + ridge(575, 0.28)
}

const bubbles: Painter = (seeded, { glow }) =>
  Array.from({ length: 16 }, () => {
    const fill = seeded.pick(['#fff', glow])
    return `<circle cx="${seeded.between(0, 1200)}" cy="${seeded.between(0, 675)}" r="${seeded.between(24, 150)}" fill="${fill}" opacity="${seeded.pick(['.1', '.16', '.24'])}"/>`
  }).join('')

const rings: Painter = (seeded, { glow }) => {
  const [x, y] = [seeded.between(150, 1050), seeded.between(380, 720)]
  return Array.from({ length: 9 }, (_, at) => {
    const colour = at % 3 === 0 ? glow : '#fff'
    return `<circle cx="${x}" cy="${y}" r="${70 + at * 85}" fill="none" stroke="${colour}" stroke-width="${26 - at * 2}" opacity="${(0.42 - at * 0.035).toFixed(3)}"/>`
  }).join('')
}

const tiles: Painter = (seeded, { glow }) => {
  const shape = (x: number, y: number): string => {
    const turn = seeded.between(0, 3) * 90
    const fill = seeded.pick(['#fff', glow, '#10162b'])
    const opacity = seeded.pick(['.08', '.16', '.26', '0'])
    return `<path d="M0 0 H150 A150 150 0 0 1 0 150 Z" transform="translate(${x} ${y}) rotate(${turn} 75 75)" fill="${fill}" opacity="${opacity}"/>`
  }
  const places = Array.from({ length: 40 }, (_, at) => shape((at % 8) * 150, Math.floor(at / 8) * 150))
  return places.join('')
}

const sheets: Painter = (seeded, { glow }) => {
  const turn = seeded.between(-38, 38)
  return Array.from({ length: 6 }, (_, at) => {
    const [x, y] = [at * 210 - 160 + seeded.between(-40, 40), seeded.between(-180, 140)]
    const size = `width="${seeded.between(150, 300)}" height="${seeded.between(620, 980)}" rx="75"`
    const fill = seeded.pick(['#fff', glow, '#10162b'])
    return `<rect x="${x}" y="${y}" ${size} fill="${fill}" opacity="${seeded.pick(['.1', '.15', '.2'])}" transform="rotate(${turn} 600 338)"/>`
  }).join('')
}

function coverOf(fileId: FileId): string {
  const seeded = createSeeded(fileId)
  const palette = paletteOf(seeded)
  const paint = seeded.pick([hills, bubbles, rings, tiles, sheets])
  const ground = `<defs><linearGradient id="g" x1="0" y1="0" x2="1" y2="1"><stop stop-color="${palette.from}"/><stop offset="1" stop-color="${palette.to}"/></linearGradient></defs><rect width="1200" height="675" fill="url(#g)"/>`
  return svg(COVER, ground + paint(seeded, palette))
}

const LETTERS = /[\p{L}\p{N}]/u

/** The first letters of the first and the last word; letters and digits only, so nothing needs escaping. */
function initialsOf(name: string): string {
  const letters = name.split(/\s+/).flatMap((word) => [...word].find((sign) => LETTERS.test(sign)) ?? [])
  return [letters[0], letters.length > 1 ? letters.at(-1) : undefined].join('').toUpperCase()
}

function avatarOf(fileId: FileId, name: string): string {
  const hue = createSeeded(fileId).between(0, 359)
  return svg(
    AVATAR,
    `<rect width="128" height="128" fill="hsl(${hue} 34% 36%)"/><circle cx="64" cy="150" r="92" fill="hsl(${hue} 36% 43%)"/>` +
      `<text x="64" y="66" fill="#fff" font-family="system-ui, sans-serif" font-size="48" font-weight="600" text-anchor="middle" dominant-baseline="central">${initialsOf(name)}</text>`,
  )
}

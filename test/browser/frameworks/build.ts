import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { installIn } from '../../bench/install.ts'
import { bin, ROOT, run } from '../../child.ts'

const FOLDER = join(ROOT, 'demo/frameworks')

export const FRAMEWORKS = ['react', 'vue', 'svelte', 'solid', 'angular'] as const
export type Framework = (typeof FRAMEWORKS)[number]

/** One folder with each of the built pages in a folder of its own. */
export const CARDS = join(FOLDER, 'dist')

const build = (name: string, ...args: readonly string[]) =>
  run(bin('vite'), ['build', '--config', join(FOLDER, name, 'vite.config.ts'), '--logLevel', 'warn', ...args])

/** Installs the frameworks where they are missing, and builds the card in each, as a user would. */
export async function buildCards(): Promise<void> {
  await installIn(FOLDER, 'Installing the frameworks that the card is written in.')
  const others = async () => {
    for (const name of FRAMEWORKS.filter((name) => name !== 'angular')) await build(name)
    await build('vue', '--ssr', 'server.ts', '--outDir', join(CARDS, 'vue-server'))
  }
  await Promise.all([build('angular'), others()]) // its compiler takes as long as all the others
}

/** What finds wrong types in the cards, markup included; the project's own compiler reads React's, Angular's build its own. */
const CHECKERS = {
  vue: ['vue-tsc', '--noEmit', '-p', 'vue'],
  svelte: ['svelte-check', '--workspace', 'svelte', '--tsconfig', './tsconfig.json'],
  solid: ['tsc', '--noEmit', '-p', 'solid'],
} as const
export const CHECKED = Object.keys(CHECKERS) as (keyof typeof CHECKERS)[]

/** Rejects with what is wrong. */
export async function checkTypes(framework: keyof typeof CHECKERS): Promise<void> {
  const [program, ...args] = CHECKERS[framework]
  await run(join(FOLDER, 'node_modules/.bin', program), args, { cwd: FOLDER })
}

/** What Vue's card said of itself in a process that has neither a page nor an IndexedDB. */
export interface Served {
  /** The markup, for one request and for the next. */
  readonly html: readonly [string, string]
  readonly observers: { readonly before: number; readonly after: number }
  /** Names that are global now and were not before; Vue, Zod and Dexie leave some of their own. */
  readonly newGlobals: readonly string[]
}

const SERVE = `
const before = new Set(Reflect.ownKeys(globalThis))
const { render } = await import(process.argv[1])
const [one, other] = [await render('event-1'), await render('event-1')]
const theirs = /^__(VUE|zod)_|^Symbol\\(Dexie\\)$/
const newGlobals = Reflect.ownKeys(globalThis)
  .filter((key) => !before.has(key) && !theirs.test(String(key)))
  .map(String)
console.log(JSON.stringify({ html: [one.html, other.html], observers: one.observers, newGlobals }))
`

export async function serveVue(): Promise<Served> {
  const server = join(CARDS, 'vue-server/server.js')
  const args = ['--input-type=module', '--eval', SERVE, server]
  return JSON.parse(await run(process.execPath, args, { env: { NODE_ENV: 'production' } }))
}

/** Writes Vue's page with the server's markup in it; it is served as `vue/served.html`. */
export async function writeServedPage(html: string): Promise<void> {
  const page = await readFile(join(CARDS, 'vue/index.html'), 'utf8')
  const place = '<main id="app"></main>'
  if (!page.includes(place)) throw new Error('the page has no place for the card')
  const note = '<script>globalThis.served = document.querySelector("article")</script>'
  await writeFile(join(CARDS, 'vue/served.html'), page.replace(place, `<main id="app">${html}</main>${note}`))
}

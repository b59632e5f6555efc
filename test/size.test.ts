import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'vite'
import { beforeAll, expect, test } from 'vitest'
import { makeFolder, ROOT } from './child.ts'

/** What an app writes to have a store. */
const APP = `
import { createRsvpStore } from 'rsvp-store'

const store = createRsvpStore({
  userId: 'ada',
  baseUrl: 'https://apix.us.amity.co',
  getToken: () => 'token',
  push: { concurrency: 2 },
  pull: { everyMs: 30_000 },
})
store.events$().subscribe(console.log)
document.body.onclick = () => store.rsvp('event-1', 'going')
`
const PEERS = /^(dexie|mqtt|react|rxjs|zod)(\/|$)/
/** Everything of one entry point, for an app that has no store yet. */
const appOf = (entry: string) => `export * from 'rsvp-store/${entry}'\n`

/** Bytes of the app's scripts, as its own bundler would make them: minified, then gzip at its best. */
async function bytesOf(app: string, external: RegExp[]): Promise<number> {
  await using folder = await makeFolder()
  const input = join(folder.path, 'app.js')
  await writeFile(input, app)
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'warn',
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"' },
    resolve: {
      alias: [
        { find: /^rsvp-store$/, replacement: join(ROOT, 'src/index.ts') },
        { find: /^rsvp-store\/(.+)$/, replacement: join(ROOT, 'src/$1.ts') },
      ],
    },
    build: {
      write: false,
      minify: true,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input, external, preserveEntrySignatures: 'strict' },
    },
  })
  if (Array.isArray(built) || !('output' in built)) throw new Error('expected one build')
  const chunks = built.output.filter((file) => file.type === 'chunk')
  return chunks.reduce((sum, chunk) => sum + gzipSync(chunk.code, { level: 9 }).length, 0)
}

const kilobytes = (bytes: number): string => `${(Math.ceil(bytes / 100) / 10).toFixed(1)} kB`

const sizes = { own: 0, whole: 0 }
let budgets: typeof sizes & { entries: Record<string, number> } = { ...sizes, entries: {} }
let entries: string[] = []
let readme = ''

beforeAll(async () => {
  sizes.own = await bytesOf(APP, [PEERS])
  sizes.whole = await bytesOf(APP, [])
  const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  budgets = manifest.size
  // `testing` is in no app.
  entries = Object.keys(manifest.exports)
    .map((path) => path.replace('./', ''))
    .filter((name) => !['.', 'testing', 'package.json'].includes(name))
  readme = await readFile(join(ROOT, 'README.md'), 'utf8')
  process.stdout.write(`size: own ${sizes.own} B, with its dependencies ${sizes.whole} B (min + gzip)\n`)
}, 60_000)

test.each([
  ['own', 'the code of the store itself'],
  ['whole', 'the store with the parts of Dexie, RxJS and Zod it uses'],
] as const)('the size budget "%s" in package.json holds: %s', (which, _) => {
  expect(sizes[which], `${which}, bytes, minified and gzipped`).toBeLessThanOrEqual(budgets[which])
})

test.each(['own', 'whole'] as const)('the README tells the size "%s" as it is, to 0.1 kB', (which) => {
  const wanted = `<!-- size:${which} -->${kilobytes(sizes[which])}<!-- /size -->`
  const quoted = new RegExp(`<!-- size:${which} -->([\\d.]+) kB<!-- /size -->`).exec(readme)?.[1]
  const isTrue = quoted !== undefined && Math.abs(Number(quoted) * 1000 - sizes[which]) <= 100
  expect(isTrue, `README.md says ${quoted ?? 'nothing'}; write ${wanted}`).toBe(true)
})

test('each entry point has a budget of its own, by itself and with whatever it needs of the store, and keeps it', async () => {
  const own = await Promise.all(
    entries.map(async (name) => [name, await bytesOf(appOf(name), [PEERS])] as const),
  )
  process.stdout.write(`size: ${own.map(([name, bytes]) => `${name} ${bytes} B`).join(', ')}\n`)
  expect(Object.keys(budgets.entries).sort()).toEqual([...entries].sort())
  expect(own.filter(([name, bytes]) => bytes > (budgets.entries[name] ?? 0))).toEqual([])
}, 60_000)

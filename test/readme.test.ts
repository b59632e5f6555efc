import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { RsvpStore } from '../src/index.ts'
import { createApiDouble } from '../src/testing.ts'
import { bin, makeFolder, ROOT, run } from './child.ts'
import { until } from './world.ts'

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')

/** What the app around the quick start has: a session, and a way to draw and to speak. */
const HARNESS = `
declare const auth: { token(options: { refresh: boolean }): Promise<string> }
declare function draw(title: string | undefined, going: number | undefined, mine: string | null, sync: string): void
declare function explain(message: string): void
`

async function quickStart(): Promise<string> {
  const code = /^## Quick start\n.*?\n```ts\n(.*?)```/ms.exec(await read('README.md'))?.[1]
  if (code === undefined) throw new Error('README.md has no "## Quick start" with a ts fence')
  return code
}

test('the quick start is 20 lines at most', async () => {
  expect((await quickStart()).trim().split('\n').length).toBeLessThanOrEqual(20)
})

test('the quick start compiles, strictly', async () => {
  await using folder = await makeFolder()
  const source = join(ROOT, 'src/index.ts')
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: { types: [], paths: { 'rsvp-store': [source] } },
    include: ['*.ts'],
  }
  await writeFile(join(folder.path, 'tsconfig.json'), JSON.stringify(config))
  await writeFile(join(folder.path, 'harness.d.ts'), HARNESS)
  await writeFile(join(folder.path, 'quick-start.ts'), await quickStart())
  await run(bin('tsc'), ['-p', folder.path])
}, 60_000)

test('the quick start runs: the answer is drawn, stored and taken by the server', async () => {
  await using folder = await makeFolder()
  const api = createApiDouble()
  const drawn: unknown[][] = []
  vi.stubGlobal('indexedDB', new IDBFactory())
  vi.stubGlobal('IDBKeyRange', IDBKeyRange)
  vi.stubGlobal('fetch', api.fetch)
  vi.stubGlobal('auth', { token: async () => api.tokenFor('ada') })
  vi.stubGlobal('draw', (...given: unknown[]) => drawn.push(given))
  vi.stubGlobal('explain', (message: string) => expect.unreachable(message))
  onTestFinished(() => void vi.unstubAllGlobals())

  const source = pathToFileURL(join(ROOT, 'src/index.ts')).href
  const code = (await quickStart()).replace("'rsvp-store'", `'${source}'`)
  const path = join(folder.path, 'quick-start.ts')
  await writeFile(path, `${code}\nexport { store }\n`)
  const { store }: { readonly store: RsvpStore } = await import(path)
  onTestFinished(() => store.close())

  await until(store.event$('event-1'), (event) => event?.myRsvp.sync === 'synced')
  expect(api.writes()).toHaveLength(1)
  expect(drawn.at(-1)?.slice(-2)).toEqual(['going', 'synced'])
})

async function pages(): Promise<string[]> {
  const docs = await readdir(join(ROOT, 'docs'), { recursive: true }).catch((): string[] => [])
  return ['README.md', ...docs.filter((path) => path.endsWith('.md')).map((path) => join('docs', path))]
}

test('every link to a file of the project leads there', async () => {
  const dead: string[] = []
  for (const page of await pages()) {
    for (const [, target = ''] of (await read(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^([a-z]+:|#)/.test(target)) continue
      const path = target.replace(/#.*$/, '')
      if (!existsSync(join(ROOT, dirname(page), path))) dead.push(`${page}: ${target}`)
    }
  }
  expect(dead).toEqual([])
})

test('every file or folder of the project that the README names exists', async () => {
  const named = [...(await read('README.md')).matchAll(/`((?:src|test|demo|docs|build)\/[^`*<…]*)`/g)]
  const gone = named.map(([, path = '']) => path).filter((path) => !existsSync(join(ROOT, path)))
  expect(gone).toEqual([])
})

test('every command that the README names is a script of the project', async () => {
  const { scripts } = JSON.parse(await read('package.json'))
  const named = [...(await read('README.md')).matchAll(/\bnpm (?:run ([\w:-]+)|(test|start))\b/g)]
  expect(named.length).toBeGreaterThan(0)
  for (const [command, script, short] of named)
    expect(Object.keys(scripts), command).toContain(script ?? short)
})

test('what CI runs is the command that the README names for the tests', async () => {
  const command = 'npm ci && npm test'
  expect(await read('README.md')).toContain(command)
  const lines = (await read('.ci/run')).split('\n').filter((line) => line && !/^(#|set |cd )/.test(line))
  expect(lines).toEqual([command])
})

test('every row of the table of faults names a test that exists', async () => {
  const rows = (await read('docs/faults.md')).split('\n').filter((line) => /^\| (?!-|fault)/.test(line))
  expect(rows.length).toBeGreaterThan(15)
  for (const row of rows) {
    const held = row.split('|').at(-2) ?? ''
    const tests = [...held.matchAll(/(browser )?`([\w-]+)`/g)].map(
      ([, browser, name]) => `test/${browser ? 'browser/' : ''}${name}.test.ts`,
    )
    expect(tests, row).not.toEqual([])
    expect(
      tests.filter((path) => !existsSync(join(ROOT, path))),
      row,
    ).toEqual([])
  }
})

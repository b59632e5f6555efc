import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bin, makeFolder, ROOT, run } from './child.ts'
import { packInto } from './tarball.ts'

/** What people get: the packed tarball, installed beside its peers in a project that had nothing. */
let folder: Awaited<ReturnType<typeof makeFolder>>
let tarball = ''
let app = ''

beforeAll(async () => {
  folder = await makeFolder()
  tarball = await packInto(folder.path)
  app = join(folder.path, 'app')
  await mkdir(app)
  await writeFile(join(app, 'package.json'), JSON.stringify({ private: true, type: 'module' }))
  const { devDependencies } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund']
  const others = ['fake-indexeddb', 'react', '@types/react'].map((name) => `${name}@${devDependencies[name]}`)
  await run('npm', ['install', ...quietly, tarball, ...others], { cwd: app })
}, 300_000)
afterAll(() => folder[Symbol.asyncDispose]())

const installed = (path: string): string => join(app, 'node_modules', path)

/** Every file below, as a path from there. */
const filesIn = async (path: string): Promise<string[]> =>
  (await readdir(path, { recursive: true })).map((file) => file.replaceAll('\\', '/'))

/** The packages that these files import, each once. */
async function importedIn(folder: string, files: readonly string[]): Promise<(string | undefined)[]> {
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')))
  const names = texts.flatMap((text) =>
    [...text.matchAll(/\b(?:from |import\()["']([^."'][^"']*)["']/g)].map(([, name]) => name),
  )
  return [...new Set(names)].sort()
}

test('publint has nothing to say about the tarball', async () => {
  expect(await run(bin('publint'), ['run', tarball, '--strict'])).toContain('All good!')
}, 60_000)

test('its types resolve for Node and for bundlers, by every entry point', async () => {
  const said = await run(bin('attw'), [tarball, '--profile', 'esm-only', '--no-color', '--no-emoji'])
  for (const entry of [
    'rsvp-store',
    'rsvp-store/feeds',
    'rsvp-store/mqtt',
    'rsvp-store/react',
    'rsvp-store/service-worker',
    'rsvp-store/inspector',
    'rsvp-store/testing',
  ])
    expect(said).toContain(`"${entry}"`)
}, 60_000)

test('the tarball holds the build, the licence, the README and the changelog, and nothing else', async () => {
  const files = await filesIn(installed('rsvp-store'))
  const others = files.filter((file) => !/^dist(\/.*(\.js|\.d\.ts)|(\/\w+)*)$/.test(file))
  expect(others.sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'package.json'])
})

test('Dexie, RxJS and Zod are asked for by name and not carried along; Dexie is there once', async () => {
  const dist = installed('rsvp-store/dist')
  const scripts = (await filesIn(dist)).filter((file) => file.endsWith('.js'))
  expect(await importedIn(dist, scripts)).toEqual(['dexie', 'mqtt', 'react', 'rxjs', 'zod/mini'])

  const copies = (await filesIn(join(app, 'node_modules'))).filter((file) =>
    /(^|\/)dexie\/package\.json$/.test(file),
  )
  expect(copies).toEqual(['dexie/package.json'])
})

test('the public types name no type of Dexie or Zod', async () => {
  const dist = installed('rsvp-store/dist')
  const reached = new Set([
    'index.d.ts',
    'feeds.d.ts',
    'inspector.d.ts',
    'mqtt.d.ts',
    'react.d.ts',
    'service-worker.d.ts',
    'testing.d.ts',
  ])
  for (const file of reached) {
    const text = await readFile(join(dist, file), 'utf8')
    for (const [, path = ''] of text.matchAll(/\bfrom ["'](\.[^"']*)\.[jt]s["']/g))
      reached.add(posix.join(posix.dirname(file), `${path}.d.ts`))
  }
  expect(await importedIn(dist, [...reached])).toEqual(['react', 'rxjs'])
})

test('the React entry says of itself that it is for the page', async () => {
  const code = await readFile(installed('rsvp-store/dist/react.js'), 'utf8')
  expect(code).toMatch(/^["']use client["']/)
})

const SCRIPT = `import 'fake-indexeddb/auto'
import { createRsvpStore } from 'rsvp-store'
import { createApiDouble } from 'rsvp-store/testing'

const api = createApiDouble()
const offline = () => Promise.reject(new TypeError('no network'))
const open = (fetch) =>
  createRsvpStore({ userId: 'ada', baseUrl: 'http://api.test', getToken: () => api.tokenFor('ada'), ports: { fetch } })

const before = open(offline)
await before.rsvp('event-1', 'going')
await before.close()
const after = open(api.fetch)
console.log((await after.settled('event-1')).kind, api.writes().length)
await after.close()
`

test('a script of 15 lines in plain Node answers offline, closes, opens again and is heard; then Node ends', async () => {
  expect(SCRIPT.trim().split('\n').length).toBeLessThanOrEqual(15)
  await writeFile(join(app, 'script.js'), SCRIPT)
  const said = await run(process.execPath, ['script.js'], { cwd: app, timeoutMs: 30_000 })
  expect(said.trim()).toBe('accepted 1')
}, 60_000)

const CONSUMER = `
import {
  createRsvpStore, RsvpStoreError,
  type AttendeeView, type EventView, type MergeReport, type Outcome, type OutboxEntry, type Ports, type PullReport,
  type Receipt, type RsvpStore, type RsvpStoreOptions, type SyncStatus,
} from 'rsvp-store'
import { RsvpStoreProvider, type UsedRsvp, useEvent, useEvents, useRsvp } from 'rsvp-store/react'
import { attachRsvpSync, requestRsvpSync } from 'rsvp-store/service-worker'
import { createApiDouble, type ApiDouble, type ApiDoubleOptions } from 'rsvp-store/testing'

const api = createApiDouble({ events: 3 })
const store: RsvpStore = createRsvpStore({
  userId: 'ada',
  baseUrl: 'http://api.test',
  getToken: () => api.tokenFor('ada'),
  ports: { fetch: api.fetch },
})
store.event$('event-1').subscribe((event: EventView | undefined) => event?.myRsvp.sync)
export const answer = async (): Promise<Outcome['kind']> => {
  try {
    const receipt: Receipt = await store.rsvp('event-1', 'going')
    return (await receipt.settled).kind
  } catch (error) {
    if (error instanceof RsvpStoreError && error.code === 'rsvp-closed') return 'discarded'
    throw error
  }
}
export const stop: () => void = requestRsvpSync(store, { userId: 'ada' })
export const inTheWorker = (worker: WindowOrWorkerGlobalScope & EventTarget): void =>
  attachRsvpSync(worker, { baseUrl: 'https://api.example', getToken: ({ userId }) => api.tokenFor(userId) })
export function useAll(eventId: string): readonly (string | undefined)[] {
  const known: EventView = useEvent(eventId, { suspense: true })
  const event: EventView | undefined = useEvent(eventId)
  const mine: UsedRsvp = useRsvp(eventId)
  return [known.title, event?.title, mine.sync, useEvents({ from: new Date(), limit: 3 }).events?.[0]?.title]
}
RsvpStoreProvider({ store, children: 'text' }).key satisfies string | null
// @ts-expect-error: not one of the three answers
store.rsvp('event-1', 'maybe')
`

test.each([
  ['a bundler', { module: 'esnext', moduleResolution: 'bundler' }],
  ['Node', { module: 'node16', moduleResolution: 'node16' }],
])(
  'the strictest compiler that resolves like %s reads its types, and checks them too',
  async (_, how) => {
    const compilerOptions = {
      ...{
        target: 'es2022',
        lib: ['es2022', 'dom'],
        types: [],
        noEmit: true,
        strict: true,
        skipLibCheck: false,
      },
      ...{ noUncheckedIndexedAccess: true, exactOptionalPropertyTypes: true, verbatimModuleSyntax: true },
      ...how,
    }
    await writeFile(join(app, 'consumer.ts'), CONSUMER)
    await writeFile(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['consumer.ts'] }))
    await run(bin('tsc'), ['-p', app])
  },
  60_000,
)

import { existsSync } from 'node:fs'
import { readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { expect, onTestFinished, vi } from 'vitest'
import { createRsvpStore, type RsvpStore, type RsvpStoreOptions } from '../src/index.ts'
import { type ApiDouble, createApiDouble } from '../src/testing.ts'
import { ROOT } from './child.ts'
import { fileOf, type Sample, withChecks } from './docs-sample.ts'

/** The source of an entry point, as a module's address. */
function sourceOf(entry: string): string {
  const path = join(ROOT, 'src', entry)
  return pathToFileURL(existsSync(`${path}.tsx`) ? `${path}.tsx` : `${path}.ts`).href
}

/** Stands for `rsvp-store` in a sample: every store that is made is closed with the test. */
const STORE = `
import { createRsvpStore as create } from '${sourceOf('index')}'
export * from '${sourceOf('index')}'
export const createRsvpStore = (options) => harness.opened(create(options))
`
/** Stands for `vitest`: a test of a sample is a part of the test that runs it. */
const VITEST = `
export const { expect } = harness
export const test = (name, run) => harness.running.push(run())
`

/** The code as it can run from a folder of a test. */
const inFolder = (code: string): string =>
  code
    .replaceAll(/from 'rsvp-store'/g, "from './rsvp-store.js'")
    .replaceAll(/from 'rsvp-store\/([\w-]+)'/g, (_, entry) => `from '${sourceOf(entry)}'`)
    .replaceAll(/from 'vitest'/g, "from './vitest.js'")

/** Makes a folder in which samples can import what an app can, and the files in docs/examples. */
export async function prepare(folder: string, change: (code: string) => string = inFolder): Promise<void> {
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'rsvp-store.js'), STORE)
  await writeFile(join(folder, 'vitest.js'), VITEST)
  const examples = join(ROOT, 'docs/examples')
  for (const name of await readdir(examples))
    await writeFile(join(folder, name), change(await readFile(join(examples, name), 'utf8')))
}

/** A connection that is never there. */
class Silent {
  close(): void {}
  addEventListener(): void {}
}

/** What a browser has, with the API in memory behind its `fetch`. */
const browserOf = (api: ApiDouble) => ({
  indexedDB: new IDBFactory(),
  IDBKeyRange,
  fetch: (input: RequestInfo | URL, init?: RequestInit) => api.fetch(new Request(input, init)),
  EventSource: Silent,
  WebSocket: Silent,
  self: new EventTarget(),
})

/** The app that `docs/samples.d.ts` speaks of; what it draws is kept. */
const appOf = (api: ApiDouble, drawn: unknown[][]) => ({
  api,
  auth: { token: async () => api.tokenFor('ada'), tokenOf: async (userId: string) => api.tokenFor(userId) },
  draw: (...given: unknown[]) => drawn.push(given),
  drawList: () => undefined,
  explain: (message: string) => expect.unreachable(message),
  say: () => undefined,
  ask: async () => true,
})

/** Takes note of what a sample makes and begins, and holds it to what it says. */
function createHarness() {
  const stores: RsvpStore[] = []
  const running: Promise<unknown>[] = []
  const harness = {
    expect,
    stores,
    running,
    checked: 0,
    opened(store: RsvpStore) {
      stores.push(store)
      return store
    },
    check(value: unknown, expected: unknown, isPart: boolean) {
      harness.checked += 1
      if (isPart) expect(value).toMatchObject(expected as object)
      else expect(value).toEqual(expected)
    },
  }
  return harness
}

/** All of that as globals, for one test. */
function setStage() {
  const api = createApiDouble()
  const drawn: unknown[][] = []
  const harness = createHarness()
  const set = (globals: object) => {
    for (const [name, value] of Object.entries(globals)) vi.stubGlobal(name, value)
  }
  onTestFinished(async () => {
    for (const store of harness.stores) await store.close()
    vi.unstubAllGlobals()
  })
  set({ ...browserOf(api), ...appOf(api, drawn), harness })
  const options: RsvpStoreOptions = {
    userId: 'ada',
    baseUrl: 'https://apix.us.amity.co',
    getToken: () => api.tokenFor('ada'),
  }
  const store = harness.opened(createRsvpStore(options))
  set({ options, store })
  return { api, store, drawn, harness }
}

let plays = 0

/** Runs a sample to its end, on a stage of its own; resolves with what came of it. */
export async function play(sample: Sample, folder: string) {
  const stage = setStage()
  await stage.store.pullEvents()
  const path = join(folder, `${++plays}-${fileOf(sample)}`) // else the module that ran before would be taken
  await writeFile(path, `${inFolder(withChecks(sample.code))}\nexport {}\n`)
  await import(path)
  await Promise.all(stage.harness.running)
  return stage
}

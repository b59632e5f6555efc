import { execFileSync } from 'node:child_process'
import { build } from 'vite'
import { beforeAll, describe, expect, test } from 'vitest'
import { createRsvpStore } from '../src/index.ts'
import { createFakeClock } from '../src/testing.ts'
import { createWorld, latest, now, record } from './world.ts'

/** A server that renders: Node, without an IndexedDB anywhere. */
function onServer() {
  const touched: string[] = []
  const touch = (name: string) => () => {
    touched.push(name)
    throw new Error(`${name} was touched`)
  }
  const clock = createFakeClock()
  const store = createRsvpStore({
    userId: 'ada',
    baseUrl: 'https://api.test',
    getToken: touch('getToken'),
    ports: {
      clock,
      fetch: touch('fetch') as never,
      indexedDB: undefined,
      persist: () => Promise.reject(new Error('not here')),
    },
  })
  return { store, touched, clock }
}

const ROOT = new URL('..', import.meta.url).pathname

/** The library as one module of plain JavaScript, its peers left outside. */
let library = ''
beforeAll(async () => {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: 'src/index.ts', formats: ['es'] },
      rollupOptions: { external: /^(dexie|rxjs|zod)(\/|$)/ },
    },
  })
  const [{ output }] = built as unknown as readonly [{ output: readonly [{ code: string }] }]
  library = `data:text/javascript,${encodeURIComponent(withPeers(output[0].code))}`
})

/** A module without a place of its own cannot find its peers by name. */
const withPeers = (code: string): string =>
  code.replace(
    /from "((?:dexie|rxjs|zod)[^"]*)"/g,
    (_, name: string) => `from ${JSON.stringify(import.meta.resolve(name))}`,
  )

const runInNode = (code: string): string =>
  execFileSync(process.execPath, ['--input-type=module', '-'], {
    input: code, // too long for an argument
    encoding: 'utf8',
    timeout: 20_000,
    cwd: ROOT,
  })

describe('P12 import is inert', () => {
  test('importing touches no global and starts nothing', () => {
    const code = `
      const before = new Set(Reflect.ownKeys(globalThis))
      const started = []
      for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'addEventListener']) {
        const original = globalThis[name]
        if (!original) continue
        globalThis[name] = Object.assign((...all) => { started.push(name); return original(...all) }, original)
      }
      const { createRsvpStore } = await import(${JSON.stringify(library)})
      const added = Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String)
      process.stdout.write(JSON.stringify({ added, started, made: typeof createRsvpStore }))
    `
    const out = runInNode(code)
    const { added, started, made } = JSON.parse(out) as { added: string[]; started: string[]; made: string }
    expect(made).toBe('function')
    // Zod and Dexie leave one mark each, of their own; ours leaves none.
    expect(added.filter((key) => !/zod|dexie/i.test(key))).toEqual([])
    expect(started).toEqual([])
  })

  test('a process that only imports and constructs ends by itself', () => {
    const code = `
      const { createRsvpStore } = await import(${JSON.stringify(library)})
      const store = createRsvpStore({ userId: 'ada', baseUrl: 'https://api.test', getToken: () => { throw new Error('asked') } })
      store.event$('event-1').subscribe((view) => process.stdout.write(String(view)))
      store.status$.subscribe(() => {}).unsubscribe()
    `
    const out = runInNode(code)
    expect(out).toBe('undefined')
  })

  test('constructing without an IndexedDB asks nobody for anything', async () => {
    const { touched, clock } = onServer()
    expect(touched).toEqual([])
    expect(clock.alarms()).toEqual([])
  })

  test('status$ says unavailable', async () => {
    const { store } = onServer()
    expect(await now(store.status$)).toMatchObject({
      storage: 'unavailable',
      work: 'idle',
      queued: 0,
      failed: 0,
    })
  })

  test('event$ emits undefined, lists are empty, once', async () => {
    const { store } = onServer()
    const seen = [
      record(store.event$('event-1')),
      record(store.events$()),
      record(store.attendees$('event-1')),
    ]
    expect(await now(store.event$('event-1'))).toBeUndefined()
    expect(await now(store.events$())).toEqual([])
    expect(await now(store.attendees$('event-1'))).toEqual([])
    expect(await now(store.outbox$)).toEqual([])
    expect(seen).toEqual([[undefined], [[]], [[]]])
  })

  test('a tap rejects with storage-unavailable and shows nothing afterwards', async () => {
    const { store, touched } = onServer()
    const view = latest(store.event$('event-1'))
    await expect(store.rsvp('event-1', 'going')).rejects.toMatchObject({ code: 'storage-unavailable' })
    expect(view.value).toBeUndefined()
    expect(touched).toEqual([])
  })

  test('every other verb rejects with storage-unavailable, and close() works', async () => {
    const { store } = onServer()
    const unavailable = { code: 'storage-unavailable' }
    await expect(store.pullEvents()).rejects.toMatchObject(unavailable)
    await expect(store.merge({ events: [{ eventId: 'e' }] })).rejects.toMatchObject(unavailable)
    await expect(store.retry('event-1')).rejects.toMatchObject(unavailable)
    await expect(store.discard('event-1')).rejects.toMatchObject(unavailable)
    await expect(store.settled('event-1')).rejects.toMatchObject(unavailable)
    store.sync()
    await store.close()
  })

  test('a bare IDBFactory without an IDBKeyRange anywhere counts as none', async () => {
    const world = createWorld()
    const { store } = world.openTab({ ports: { indexedDB: world.indexedDB as unknown as IDBFactory } })
    expect((await now(store.status$)).storage).toBe('unavailable')
  })

  test('with an IndexedDB, nothing is sent and no token is asked for until there is something to send', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    await now(store.status$)
    await world.pass(600_000)
    expect(world.api.requests()).toEqual([])
    expect(world.tokens).toEqual([])
  })
})

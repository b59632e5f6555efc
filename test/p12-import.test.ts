import { execFileSync } from 'node:child_process'
import { build } from 'vite'
import { beforeAll, describe, expect, test } from 'vitest'

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
})

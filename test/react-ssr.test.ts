import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { createElement, type ReactElement } from 'react'
import { renderToReadableStream, renderToString } from 'react-dom/server'
import { build } from 'vite'
import { describe, expect, test } from 'vitest'
import { createRsvpStore } from '../src/index.ts'
import { RsvpStoreProvider } from '../src/react.ts'
import { App, Later } from './browser/react/app.tsx'
import { makeFolder, ROOT } from './child.ts'

/** A store as a server makes it: there is no IndexedDB, and whoever asks for a token is wrong. */
function serverStore() {
  const touched: string[] = []
  const store = createRsvpStore({
    userId: 'ada',
    baseUrl: 'https://api.test',
    getToken: () => {
      touched.push('getToken')
      throw new Error('asked for a token')
    },
    ports: { indexedDB: undefined },
  })
  return { store, touched }
}

const inProvider = (app: ReactElement) =>
  createElement(RsvpStoreProvider, { store: serverStore().store }, app)

describe('on a server', () => {
  test('every hook renders, as not known yet', () => {
    const markup = renderToString(inProvider(createElement(App)))
    expect(markup.replace(/<[^>]*>/g, '|').replace(/\|+/g, '|')).toBe(
      '|not known yet|no answer, not known yet|not known yet|not known yet, ? to send|Going|',
    )
  })

  test('the markup is the same each time, and the same as a stream', async () => {
    const markup = renderToString(inProvider(createElement(App)))
    expect(renderToString(inProvider(createElement(App)))).toBe(markup)
    const stream = await renderToReadableStream(inProvider(createElement(App)))
    expect(await text(stream)).toBe(markup)
  })

  test('rendering asks for nothing and subscribes to nothing', () => {
    const { store, touched } = serverStore()
    const watched = new Proxy(store, {
      get: (all, name) => {
        touched.push(String(name))
        return Reflect.get(all, name)
      },
    })
    renderToString(createElement(RsvpStoreProvider, { store: watched }, createElement(App)))
    expect(touched).toEqual([])
  })

  test('what suspends is left to the page: the stream ends with the fallback, and the reason is told', async () => {
    const told: unknown[] = []
    const stream = await renderToReadableStream(inProvider(createElement(Later)), {
      onError: (error) => void told.push(error),
    })
    expect(await text(stream)).toContain('a moment')
    expect(told).toMatchObject([{ name: 'RsvpStoreError', code: 'storage-unavailable' }])
  })

  test('a hook without a provider says what is missing', () => {
    const render = () => renderToString(createElement(App))
    expect(render).toThrow('store: expected an RsvpStoreProvider above this component')
    expect(render).toThrow(expect.objectContaining({ code: 'invalid-argument', argument: 'store' }))
  })
})

const PEERS = /^(dexie|react|rxjs|zod)(\/|$)/

/** Store and hooks as one module of plain JavaScript, beside its peers. */
async function builtLibrary(): Promise<string> {
  await using folder = await makeFolder()
  const entry = join(folder.path, 'both.js')
  await writeFile(entry, `export * from '${ROOT}/src/index.ts'; export * from '${ROOT}/src/react.ts'`)
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry, formats: ['es'] },
      rollupOptions: { external: PEERS },
    },
  })
  const [{ output }] = built as unknown as readonly [{ output: readonly [{ code: string }] }]
  // A module without a place of its own cannot find its peers by name.
  const code = output[0].code.replace(
    /from "((?:dexie|react|rxjs|zod)[^"]*)"/g,
    (_, name: string) => `from ${JSON.stringify(import.meta.resolve(name))}`,
  )
  return `data:text/javascript,${encodeURIComponent(code)}`
}

test('importing, making a store and rendering touch no global and start nothing, and Node ends by itself', async () => {
  const code = `
    import { createElement } from 'react'
    import { renderToString } from 'react-dom/server'
    const before = new Set(Reflect.ownKeys(globalThis))
    const started = []
    for (const name of ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'fetch', 'addEventListener']) {
      const original = globalThis[name]
      if (!original) continue
      globalThis[name] = Object.assign((...all) => { started.push(name); return original(...all) }, original)
    }
    const { createRsvpStore, RsvpStoreProvider, useEvent } = await import(${JSON.stringify(await builtLibrary())})
    const added = () => Reflect.ownKeys(globalThis).filter((key) => !before.has(key)).map(String)
    const store = createRsvpStore({ userId: 'ada', baseUrl: 'https://api.test', getToken: () => { throw new Error('asked') } })
    const App = () => String(useEvent('event-1'))
    const markup = renderToString(createElement(RsvpStoreProvider, { store }, createElement(App)))
    process.stdout.write(JSON.stringify({ added: added(), started, markup }))
  `
  const out = execFileSync(process.execPath, ['--input-type=module', '-'], {
    input: code, // too long for an argument
    encoding: 'utf8',
    timeout: 20_000,
    cwd: ROOT,
  })
  const { added, started, markup } = JSON.parse(out) as Record<'added' | 'started', string[]> & {
    readonly markup: string
  }
  expect(markup).toBe('undefined')
  // Zod and Dexie leave one mark each, of their own; ours leave none.
  expect(added.filter((key) => !/zod|dexie/i.test(key))).toEqual([])
  expect(started).toEqual([])
}, 60_000)

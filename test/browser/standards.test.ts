import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, BrowserContext, Route } from 'playwright'
import { build } from 'vite'
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { type ApiDouble, createApiDouble } from '../../src/testing.ts'
import { makeFolder, ROOT } from '../child.ts'
import { launch } from './launch.ts'
import { eventually } from './phone/eventually.ts'
import { buildStage, openStage } from './react/open-stage.ts'

vi.setConfig({ testTimeout: 240_000 }) // a browser starts slowly on a busy machine; nothing waits for time

let browser: Browser
beforeAll(async () => {
  browser = await launch()
})
afterAll(() => browser?.close())

describe("the platform's Observable", () => {
  let script: string
  beforeAll(async () => {
    script = await buildStage()
  })

  test('is made of a stream by the two lines in docs/standards.md, and lets go of it', async () => {
    const { page } = await openStage(browser, script)
    const seen = await page.evaluate(async () => {
      const { nativeOf, stores, counts } = stage
      const titles: (string | undefined)[] = []
      const gone = new AbortController()
      const known = new Promise<void>((resolve) => {
        nativeOf(stores.ada.event$('event-1')).subscribe(
          (event) => {
            titles.push(event?.eventId)
            if (event) resolve()
          },
          { signal: gone.signal },
        )
      })
      await known
      const open = counts.ada.open.get('event event-1')
      gone.abort()
      const { storage } = await nativeOf(stores.ada.status$).first()
      return { last: titles.at(-1), open, left: [...counts.ada.open], storage }
    })
    expect(seen).toEqual({ last: 'event-1', open: 1, left: [], storage: 'ready' })
  })

  test('is not made by Observable.from, which refuses', async () => {
    const { page } = await openStage(browser, script)
    const said = await page.evaluate(() => {
      const { Observable } = globalThis as unknown as { Observable: { from(value: unknown): unknown } }
      try {
        return String(Observable.from(stage.stores.ada.status$))
      } catch (error) {
        return (error as Error).name
      }
    })
    expect(said).toBe('TypeError')
  })
})

/** In the project's folder, where the packages are found. */
const ONE_MODULE = join(ROOT, 'one-module.js')

/** A package as one module, as CDNs give it: nothing in it is left to be imported. */
async function asOneModule(name: string, hasDefault: boolean): Promise<string> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: [
      {
        name: 'one-module',
        load: (id) =>
          id === ONE_MODULE
            ? `export * from '${name}'${hasDefault ? `; export { default } from '${name}'` : ''}`
            : undefined,
        resolveId: (id) => (id === ONE_MODULE ? id : undefined),
      },
    ],
    build: { write: false, target: 'es2022', lib: { entry: ONE_MODULE, formats: ['es'] } },
  })
  const [{ output }] = built as unknown as readonly [{ output: readonly { code: string }[] }]
  if (output.length !== 1) throw new Error(`${name} is more than one module`)
  return output[0]?.code ?? ''
}

const pageOf = async () => {
  const html = /```html\n(.*?)```/s.exec(await readFile(join(ROOT, 'docs/standards.md'), 'utf8'))?.[1]
  if (html === undefined) throw new Error('docs/standards.md has no page')
  return html
}

/** Serves that page and its tokens, and nothing else. */
async function startSite(html: string, api: ApiDouble): Promise<string> {
  const server = createServer((req, res) => {
    const isToken = req.url === '/token'
    res.setHeader('content-type', isToken ? 'text/plain' : 'text/html; charset=utf-8')
    res.end(isToken ? api.tokenFor('ada') : html)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const scriptOf = (body: string) => ({
  body,
  contentType: 'text/javascript',
  headers: { 'access-control-allow-origin': '*' },
})

/** The two sites of the page, and the API, as far as they are asked; what else is asked for comes back. */
async function serveAddresses(context: BrowserContext, dist: string, api: ApiDouble) {
  const { devDependencies, version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
  const others: string[] = []
  const at = (name: string) => (devDependencies[name] as string).replace('^', '')
  const peers: Record<string, string> = {
    [`/dexie@${at('dexie')}`]: await asOneModule('dexie', true),
    [`/rxjs@${at('rxjs')}`]: await asOneModule('rxjs', false),
    [`/zod@${at('zod')}/mini`]: await asOneModule('zod/mini', false),
  }
  const refuse = (route: Route) => {
    others.push(route.request().url())
    return route.abort()
  }
  await context.route(/^https:/, async (route) => {
    const { hostname, pathname } = new URL(route.request().url())
    const file = pathname.replace(`/npm/rsvp-store@${version}/dist/`, '')
    if (hostname === 'esm.sh' && peers[pathname]) return route.fulfill(scriptOf(peers[pathname]))
    if (hostname === 'cdn.jsdelivr.net' && /^[\w-]+\.js$/.test(file))
      return route.fulfill(scriptOf(await readFile(join(dist, file), 'utf8')))
    if (hostname !== 'apix.us.amity.co') return refuse(route)
    try {
      const reply = await api.fetch(await asRequest(route))
      return await route.fulfill({
        status: reply.status,
        headers: { ...Object.fromEntries(reply.headers), 'access-control-allow-origin': '*' },
        body: await reply.text(),
      })
    } catch {
      return route.abort('internetdisconnected')
    }
  })
  return others
}

async function asRequest(route: Route): Promise<Request> {
  const asked = route.request()
  const body = asked.postData()
  return new Request(asked.url(), {
    method: asked.method(),
    headers: await asked.allHeaders(),
    ...(body !== null && { body }),
  })
}

test('without a bundler, by the import map in docs/standards.md: an answer given offline is shown, kept and sent', async () => {
  await using dist = await makeFolder()
  await build({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    build: { outDir: dist.path, emptyOutDir: true },
  })
  const api = createApiDouble()
  const context = await browser.newContext()
  onTestFinished(() => context.close())
  const others = await serveAddresses(context, dist.path, api)
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => void problems.push(String(error)))
  await page.goto(await startSite(await pageOf(), api))

  const said = (selector: string) => eventually(() => page.locator(selector).textContent())
  await said('output').toBe('null, synced')
  await said('h1').not.toBe('not known yet')
  await context.setOffline(true)
  api.mood = 'down'
  await page.getByRole('button').click()
  await said('output').toMatch(/^going, (queued|sending)$/)
  expect(api.writes()).toEqual([])

  api.mood = 'well'
  await context.setOffline(false)
  await said('output').toBe('going, synced')
  expect(api.writes()).toHaveLength(1)
  expect([problems, others]).toEqual([[], []])
})

import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright'
import { build } from 'vite'
import { expect, onTestFinished } from 'vitest'
import { ROOT } from '../../child.ts'
import type {} from './page.tsx'

/** The page as one script, with React as developers have it: it warns, and mounts twice where it is strict. */
export async function buildStage(): Promise<string> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    mode: 'development',
    // As their users write them.
    resolve: {
      alias: [
        { find: /^rsvp-store$/, replacement: join(ROOT, 'src/index.ts') },
        { find: /^rsvp-store\/react$/, replacement: join(ROOT, 'src/react.ts') },
      ],
    },
    define: { 'process.env.NODE_ENV': '"development"' },
    build: {
      write: false,
      target: 'es2022',
      minify: false,
      modulePreload: false,
      rollupOptions: { input: join(ROOT, 'test/browser/react/page.tsx') },
    },
  })
  if (Array.isArray(built) || !('output' in built)) throw new Error('expected one build')
  return built.output[0].code
}

/**
 * Opens the page in a context of its own, with what a server has rendered, if anything. Whatever the console warns of,
 * and whatever nobody catches, fails the test, but for what is looked for in `complaints` and taken out there.
 */
export async function openStage(
  browser: Browser,
  script: string,
  markup = '',
): Promise<{ readonly page: Page; readonly complaints: string[] }> {
  const server = createServer((req, res) => {
    const isScript = req.url === '/stage.js'
    res.setHeader('content-type', `${isScript ? 'text/javascript' : 'text/html'}; charset=utf-8`)
    res.end(isScript ? script : pageOf(markup))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const context = await browser.newContext()
  const complaints: string[] = []
  onTestFinished(async () => {
    await context.close()
    server.closeAllConnections()
    server.close()
    expect(complaints).toEqual([])
  })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text())
  })
  page.on('pageerror', (error) => void complaints.push(String(error)))
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  return { page, complaints }
}

const pageOf = (markup: string) =>
  `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><title>stage</title><div id="root">${markup}</div><script type="module" src="/stage.js"></script>`

import { readdirSync, readFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join, posix } from 'node:path'
import { preview } from 'vite'
import { installIn } from '../bench/install.ts'
import { ROOT, run } from '../child.ts'

const DOCS = join(ROOT, 'docs')
const DIST = join(DOCS, '.vitepress/dist')

/** Builds the site of docs/ as its own command does. */
export async function buildSite(): Promise<void> {
  await installIn(DOCS, 'Installing what builds the docs.')
  await run('npm', ['run', 'build'], { cwd: DOCS })
}

export interface Site extends AsyncDisposable {
  readonly url: string
}

/** Serves the built site as any server of files would. End it with `await using`. */
export async function serveSite(): Promise<Site> {
  const server = await preview({
    root: DOCS,
    configFile: false,
    appType: 'mpa',
    logLevel: 'error',
    build: { outDir: DIST },
    preview: { host: '127.0.0.1', port: 0, open: false },
  })
  const { port } = server.httpServer.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/`, [Symbol.asyncDispose]: () => server.close() }
}

/** Every page that was built, by its path on the site, with its HTML. */
export function builtPages(): ReadonlyMap<string, string> {
  const files = readdirSync(DIST, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.html'),
  )
  return new Map(files.map((path) => [path, readFileSync(join(DIST, path), 'utf8')]))
}

/** Where the built site would go that is no page of it, or no place on one. */
export function deadLinks(pages: ReadonlyMap<string, string>): readonly string[] {
  const isThere = (page: string, link: string): boolean => {
    const [path = '', anchor = ''] = link.split('#')
    const target = path === '' ? page : posix.join(path.startsWith('/') ? '' : posix.dirname(page), path)
    const file = target.replace(/^\//, '').replace(/(^|\/)$/, '$1index.html')
    const html = pages.get(file)
    return html !== undefined && (anchor === '' || html.includes(`id="${decodeURIComponent(anchor)}"`))
  }
  return [...pages].flatMap(([page, html]) =>
    [...html.matchAll(/<a\b[^>]*\shref="([^"]+)"/g)]
      .map(([, link = '']) => link)
      .filter((link) => !/^[a-z]+:/.test(link) && !isThere(page, link))
      .map((link) => `${page}: ${link}`),
  )
}

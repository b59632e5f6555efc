import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Status } from './contender.ts'
import { numberOf, replyTo } from './rows.ts'

export interface Served extends AsyncDisposable {
  /** Without a slash at the end. An API is at `/wait-N`, and answers after N milliseconds. */
  readonly url: string
}

/** Isolated pages get a clock that counts in 5 µs instead of 100. */
const ISOLATED = {
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-embedder-policy': 'require-corp',
}

/** Serves `{name}.html` for each `{name}.js` of the folder, and the API that answers are sent to, on a free port of this machine. */
export async function serve(folder: string): Promise<Served> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost')
    const [, wait, eventId] = /^\/wait-(\d+)\/api\/v1\/events\/([^/]+)\/rsvp$/.exec(pathname) ?? []
    if (wait !== undefined && eventId !== undefined) {
      let body = ''
      for await (const chunk of request) body += chunk
      const { status } = JSON.parse(body) as { readonly status: Status }
      if (wait !== '0') await new Promise((resolve) => setTimeout(resolve, Number(wait)))
      response.writeHead(200, { 'content-type': 'application/json' })
      return response.end(JSON.stringify(replyTo(numberOf(eventId), status)))
    }
    const [, page, kind] = /^\/([\w-]+)\.(html|js|wasm)$/.exec(pathname) ?? []
    if (page && kind === 'html') {
      response.writeHead(200, { ...ISOLATED, 'content-type': 'text/html' })
      return response.end(
        `<!doctype html><title>${page}</title><link rel="icon" href="data:,"><script type="module" src="/${page}.js"></script>`,
      )
    }
    if (page && kind) {
      const file = await readFile(join(folder, `${page}.${kind}`)).catch(() => undefined)
      const type = kind === 'js' ? 'text/javascript' : 'application/wasm'
      response.writeHead(file ? 200 : 404, {
        ...ISOLATED,
        'content-type': type,
        'cache-control': 'max-age=3600',
      })
      return response.end(file)
    }
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://localhost:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

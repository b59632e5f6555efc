import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { toRequest, writeResponse } from '../../../demo/node-http.ts'
import { type ApiDouble, createApiDouble } from '../../../src/testing.ts'

/** Where the page comes from, and the API beside it. */
export interface Home extends AsyncDisposable {
  readonly api: ApiDouble
  /** The address of the page, of this or of a later release. */
  url(options?: { readonly release?: string; readonly timeoutMs?: number }): string
  /** What the page's own scripts told, in the order of arrival: the bodies of `POST /told`. */
  readonly told: string[]
  /** Each request for a token goes through here. */
  onToken: (refresh: boolean) => Promise<string>
}

type Answer = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>

/** Serves the pages by release, on a free port of this machine; `now` is the one that is served by default. */
export async function startHome(scripts: { readonly now: string; readonly later?: string }): Promise<Home> {
  const api = createApiDouble({ events: 60, users: ['ada', 'bob'] })
  const told: string[] = []
  const answers: Record<string, Answer> = {
    '/told': async (req, res) => {
      told.push(await text(req))
      res.end()
    },
    '/token': async (req, res) =>
      void res.end(await home.onToken(req.url?.includes('refresh=true') ?? false)),
    '/favicon.ico': (_, res) => void res.writeHead(204).end(),
  }
  for (const [release, script] of Object.entries(scripts)) {
    answers[`/${release}`] = (_, res) => send(res, 'text/html', pageOf(release))
    answers[`/${release}.js`] = (_, res) => send(res, 'text/javascript', script)
  }
  const server = createServer(async (req, res) => {
    // On a connection that was used before, a browser itself repeats a request that got no reply.
    res.setHeader('connection', 'close')
    const [path = '/'] = (req.url ?? '/').split('?')
    const answer = answers[path] ?? ((req, res) => pass(api, req, res))
    try {
      await answer(req, res)
    } catch {
      req.socket.destroy()
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const home: Home = {
    api,
    told,
    onToken: async () => api.tokenFor('ada'),
    url: ({ release = 'now', timeoutMs = 20_000 } = {}) =>
      `http://127.0.0.1:${port}/${release}?timeoutMs=${timeoutMs}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return home
}

const pageOf = (release: string) =>
  `<!doctype html><meta charset="utf-8"><title>${release}</title><script type="module" src="/${release}.js"></script>`

function send(res: ServerResponse, type: string, body: string): void {
  res.writeHead(200, { 'content-type': `${type}; charset=utf-8` })
  res.end(body)
}

/** A client that gives up aborts the request; one that the double loses stays without any reply. */
async function pass(api: ApiDouble, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  await writeResponse(res, await api.fetch(await toRequest(req, gone.signal)))
}

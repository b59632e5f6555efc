import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { toRequest, writeResponse } from '../../../demo/node-http.ts'
import type { RsvpStatus } from '../../../src/index.ts'
import { type ApiDouble, createApiDouble, type SeenRequest } from '../../../src/testing.ts'

/** Where the page comes from, and the API beside it. */
export interface Home extends AsyncDisposable {
  readonly api: ApiDouble
  /** The page's address; of this release, if no other is named. `isStill`: it pulls nothing by itself. */
  url(options?: {
    readonly release?: keyof Releases
    readonly timeoutMs?: number
    readonly isStill?: boolean
  }): string
  /** An address with nothing on it. */
  readonly blank: string
  /** What the page's own scripts told, in the order of arrival: the bodies of `POST /told`. */
  readonly told: string[]
  /** Hands out tokens; a test may put its own in place. */
  onToken: (refresh: boolean) => Promise<string>
}

/** The script of each release of the page. */
export interface Releases {
  readonly now: string
  readonly later?: string
}

type Answer = (req: IncomingMessage, res: ServerResponse) => void | Promise<void>

/** Serves the page in each release, and the API, on a free port of this machine. */
export async function startHome(releases: Releases): Promise<Home> {
  const api = createApiDouble({ events: 60, users: ['ada', 'bob'] })
  const told: string[] = []
  const answers: Record<string, Answer> = {
    '/told': async (req, res) => {
      told.push(await text(req))
      res.end()
    },
    '/token': async (req, res) =>
      void res.end(await home.onToken(req.url?.includes('refresh=true') ?? false)),
    '/held': () => {}, // until somebody breaks the connection
    '/blank': (_, res) => send(res, 'text/html', '<!doctype html><title>elsewhere</title>'),
    '/favicon.ico': (_, res) => void res.writeHead(204).end(),
  }
  for (const [release, script] of Object.entries(releases)) {
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
    blank: `http://127.0.0.1:${port}/blank`,
    onToken: async () => api.tokenFor('ada'),
    url: ({ release = 'now', timeoutMs = 20_000, isStill = false } = {}) =>
      `http://127.0.0.1:${port}/${release}?timeoutMs=${timeoutMs}${isStill ? '&still' : ''}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  return home
}

/** Strict about frames: where the store needs one, it must be one that no policy forbids. */
const pageOf = (release: string) =>
  `<!doctype html><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="default-src 'self'; frame-src 'none'"><title>${release}</title><script type="module" src="/${release}.js"></script>`

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

/** What the server took for this event, in order. */
export const acceptedOf = ({ api }: Home, eventId: string): readonly RsvpStatus[] =>
  api.writes().flatMap((write) => (write.eventId === eventId ? [write.status] : []))

/** Each request that carried an answer, whatever became of it. */
export const answersSent = ({ api }: Home): readonly SeenRequest[] =>
  api.requests().filter(({ method }) => method === 'POST' || method === 'PUT')

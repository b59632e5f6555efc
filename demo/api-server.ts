import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Plugin } from 'vite'
import { answerControl, type Served } from './double-control.ts'
import { toRequest, writeResponse } from './node-http.ts'
import { createSampleWorlds } from './sample-worlds.ts'

type Handler = (request: Request) => Promise<Response>

/** Serves the API double beside the app: `/api/` and `/files/` as the API would, `/__double` to turn it. */
export function apiServer(): Plugin {
  const addressed = createSampleWorlds()
  const middleware = (req: IncomingMessage, res: ServerResponse, next: () => void): void => {
    // On a connection that was used before, Chromium itself repeats a request that got no reply, a PUT too.
    res.setHeader('connection', 'close')
    const { served, path } = addressed(req.url ?? '/')
    const handler = handlerOf(served, path)
    if (handler) {
      req.url = path
      serve(handler, req, res)
    } else next()
  }
  return {
    name: 'rsvp-demo-api',
    configureServer: ({ middlewares }) => void middlewares.use(middleware),
    configurePreviewServer: ({ middlewares }) => void middlewares.use(middleware),
  }
}

function handlerOf(served: Served, path: string): Handler | undefined {
  if (path.startsWith('/api/') || path.startsWith('/files/')) return (request) => served.api.fetch(request)
  return path.startsWith('/__double') ? (request) => answerControl(served, request) : undefined
}

/** A client that gives up aborts the request; a rejection leaves it without any reply, as a lost one does. */
async function serve(handler: Handler, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const gone = new AbortController()
  res.once('close', () => gone.abort())
  try {
    await writeResponse(res, await handler(await toRequest(req, gone.signal)))
  } catch {
    req.socket.destroy()
  }
}

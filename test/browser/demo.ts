import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { type PreviewServer, preview } from 'vite'
import { ROOT, run } from '../child.ts'

/** Where the demo is built to. */
export const DIST = join(ROOT, 'demo/dist')

/** Before the browser tests: builds the demo once, for all of them, as its users do. */
export default async function build(): Promise<void> {
  await run('npm', ['run', 'build:demo'])
}

/** The built demo with an API double of its own, as one process serves both. */
export interface Demo extends AsyncDisposable {
  /** Ends in `/`; stays the same after `stop` and `start`. */
  readonly url: string
  /** The server dies: open connections break, new ones are refused. */
  stop(): Promise<void>
  /** It comes back at the same address, with a new API double. */
  start(): Promise<void>
}

/** Serves the demo on a free port of this machine, from another folder if need be. End it with `await using`. */
export async function startDemo(folder = DIST): Promise<Demo> {
  let server = await serve(0, folder)
  const { port } = server.httpServer.address() as AddressInfo
  const stop = async () => {
    const ended = server.close()
    if ('closeAllConnections' in server.httpServer) server.httpServer.closeAllConnections()
    await ended
  }
  return {
    url: `http://127.0.0.1:${port}/`,
    stop,
    async start() {
      server = await serve(port, folder)
    },
    [Symbol.asyncDispose]: stop,
  }
}

function serve(port: number, outDir: string): Promise<PreviewServer> {
  return preview({
    build: { outDir },
    configFile: join(ROOT, 'demo/vite.config.ts'),
    logLevel: 'error',
    preview: { host: '127.0.0.1', port, strictPort: port !== 0, open: false },
  })
}

import type { ChildProcess } from 'node:child_process'
import { createServer } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { start } from '../child.ts'

/** A browser behind a WebDriver server: one session, any number of windows. */
export interface WebDriver extends AsyncDisposable {
  /** Opens one more, of its own or beside the last one; the first is there from the start, see `windows`. */
  open(type: 'window' | 'tab'): Promise<Window>
  windows(): Promise<readonly Window[]>
  /** Ends the browser, and all that was started for it. */
  close(): Promise<void>
}

export interface Window {
  goto(url: string): Promise<void>
  reload(): Promise<void>
  /** Runs a function in the page, without what it closes over; waits for what it promises. */
  evaluate<T, Args extends readonly unknown[]>(run: (...args: Args) => T, ...args: Args): Promise<Awaited<T>>
  close(): Promise<void>
}

export interface WebDriverOptions {
  /** The program that speaks WebDriver; it is given `--port=`. */
  readonly driver: string
  /** For `alwaysMatch`. */
  readonly capabilities: Readonly<Record<string, unknown>>
  readonly env?: Readonly<Record<string, string>>
}

const START_MS = 30_000
const COMMAND_MS = 60_000

/** Starts a WebDriver server on a free port of this machine, and a browser through it. */
export async function startWebDriver({ driver, capabilities, env }: WebDriverOptions): Promise<WebDriver> {
  const port = await freePort()
  const server = start(driver, [`--port=${port}`], env)
  const base = `http://127.0.0.1:${port}`
  try {
    await untilReady(base)
    const wanted = { capabilities: { alwaysMatch: capabilities } }
    const { sessionId } = (await ask('POST', `${base}/session`, wanted, START_MS)) as { sessionId: string }
    return await session(`${base}/session/${sessionId}`, server)
  } catch (error) {
    server.kill()
    throw error
  }
}

async function session(url: string, server: ChildProcess): Promise<WebDriver> {
  const post = (path: string, body: object = {}) => ask('POST', `${url}${path}`, body)
  await post('/timeouts', { script: COMMAND_MS, pageLoad: COMMAND_MS })
  let current: string | undefined
  let last: Promise<unknown> = Promise.resolve()

  /** A session has one current window: commands wait for one another. */
  function inTurn<T>(handle: string | undefined, command: () => Promise<T>): Promise<T> {
    const mine = last.then(async () => {
      if (handle !== undefined && handle !== current) await post('/window', { handle })
      current = handle ?? current
      return command()
    })
    last = mine.catch(() => undefined)
    return mine
  }

  const handles = async () => (await ask('GET', `${url}/window/handles`)) as readonly string[]

  const windowOf = (handle: string): Window => ({
    goto: (to) => inTurn(handle, () => post('/url', { url: to })) as Promise<void>,
    reload: () => inTurn(handle, () => post('/refresh')) as Promise<void>,
    evaluate: (run, ...args) =>
      inTurn(handle, async () => {
        const reply = (await post('/execute/async', { script: inPage(run), args })) as Reply
        if (reply.thrown !== undefined) throw new Error(reply.thrown)
        return reply.value as never
      }),
    close: () =>
      inTurn(handle, async () => {
        await ask('DELETE', `${url}/window`)
        current = undefined
      }),
  })

  const close = async () => {
    await ask('DELETE', url).catch(() => undefined)
    server.kill()
  }
  return {
    windows: async () => (await inTurn(undefined, handles)).map(windowOf),
    open: async (type) => {
      // Needs a current window, and the last one may have been closed.
      const [any] = await handles()
      const { handle } = (await inTurn(any, () => post('/window/new', { type }))) as { handle: string }
      return windowOf(handle)
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

interface Reply {
  readonly value?: unknown
  readonly thrown?: string
}

/** WebDriver hands the page a callback as the last argument. */
const inPage = (run: (...args: never) => unknown): string => `
  const args = [...arguments], reply = args.pop()
  Promise.resolve().then(() => (${run})(...args))
    .then((value) => reply({ value }), (error) => reply({ thrown: String(error) }))`

async function ask(method: string, url: string, body?: object, timeoutMs = COMMAND_MS): Promise<unknown> {
  const reply = await fetch(url, {
    method,
    ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const { value } = (await reply.json()) as { value: { error?: string; message?: string } | null }
  if (value?.error !== undefined) throw new Error(`${method} ${url}: ${value.error}: ${value.message}`)
  return value
}

async function untilReady(base: string): Promise<void> {
  const end = Date.now() + START_MS
  for (;;) {
    try {
      await ask('GET', `${base}/status`, undefined, 2_000)
      return
    } catch (error) {
      if (Date.now() > end) throw error
      await wait(50)
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve((address as { port: number }).port))
    })
  })
}

import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The project's own folder. */
export const ROOT = join(import.meta.dirname, '..')

/** The program of a development dependency. */
export const bin = (name: string): string => join(ROOT, 'node_modules', '.bin', name)

/** What the test runner and `npm run` put into the environment; a program started by hand has none of it. */
const FOREIGN =
  /^(npm_(package|lifecycle|command|config_local_prefix)|VITEST|NODE_ENV$|INIT_CWD$|FORCE_COLOR$)/

export interface RunOptions {
  readonly cwd?: string
  readonly env?: Readonly<Record<string, string>>
  /** Show what the program says while it runs. */
  readonly isLoud?: boolean
  /** Default five minutes. */
  readonly timeoutMs?: number
}

/** Runs a program as if typed in a shell without input; resolves with what it said, rejects with all of it. */
export function run(program: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const { cwd = ROOT, isLoud = false, timeoutMs = 300_000 } = options
  const clean = Object.entries(process.env).filter(([name]) => !FOREIGN.test(name))
  const child = spawn(program, args, {
    cwd,
    env: { ...Object.fromEntries(clean), NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  })
  let said = ''
  const hear = (stream: NodeJS.WriteStream) => (chunk: Buffer) => {
    said += chunk
    if (isLoud) stream.write(chunk)
  }
  child.stdout.on('data', hear(process.stdout))
  child.stderr.on('data', hear(process.stderr))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      if (code === 0) resolve(said)
      else reject(new Error(`${program} ${args.join(' ')} ended with ${signal ?? code}\n${said}`))
    })
  })
}

/** Starts a program that goes on until it is killed, and ends with us. What it writes to its channel 3 is `stdio[3]`. */
export function start(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ChildProcess {
  const child = spawn(program, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  })
  const kill = () => void child.kill()
  process.once('exit', kill)
  child.once('close', () => process.off('exit', kill))
  return child
}

/** A folder of its own, removed with everything in it by `[Symbol.asyncDispose]`. */
export async function makeFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'rsvp-store-')))
  // A closed browser's last processes may still write their cache there.
  const remove = () => rm(path, { recursive: true, force: true, maxRetries: 50, retryDelay: 10 })
  return { path, [Symbol.asyncDispose]: remove }
}

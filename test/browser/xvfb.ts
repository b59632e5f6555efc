import type { Readable } from 'node:stream'
import { start } from '../child.ts'

export interface Display extends Disposable {
  /** For the variable `DISPLAY`. */
  readonly name: string
}

const START_MS = 30_000

/** A screen that nobody sees, for a browser that cannot do without one. */
export async function startXvfb(): Promise<Display> {
  const server = start('Xvfb', ['-displayfd', '3', '-screen', '0', '1280x1024x24', '-nolisten', 'tcp'])
  try {
    const number = await new Promise<string>((resolve, reject) => {
      let told = ''
      ;(server.stdio[3] as Readable).on('data', (chunk) => {
        told += chunk
        if (told.endsWith('\n')) resolve(told.trim())
      })
      server.once('error', reject)
      server.once('exit', (code) => reject(new Error(`Xvfb ended with ${code}`)))
      setTimeout(() => reject(new Error('Xvfb gave no display')), START_MS).unref()
    })
    return { name: `:${number}`, [Symbol.dispose]: () => void server.kill() }
  } catch (error) {
    server.kill()
    throw error
  }
}

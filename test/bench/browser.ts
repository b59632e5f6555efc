import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium } from 'playwright'
import { CHROMIUM_ARGS, LAUNCH_MS } from '../browser/engine.ts'

export interface Profile extends AsyncDisposable {
  readonly context: BrowserContext
}

/** Chromium on a fresh profile on disk. */
export async function startChromium(executablePath: string): Promise<Profile> {
  const folder = await mkdtemp(join(tmpdir(), 'rsvp-store-bench-'))
  const context = await chromium.launchPersistentContext(folder, {
    executablePath,
    args: [...CHROMIUM_ARGS, '--enable-precise-memory-info'],
    timeout: LAUNCH_MS,
  })
  return {
    context,
    async [Symbol.asyncDispose]() {
      await context.close()
      await rm(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: 10 })
    },
  }
}

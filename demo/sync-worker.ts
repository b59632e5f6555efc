import { join } from 'node:path'
import { build, type Plugin } from 'vite'

/** What the generated service worker imports, beside the app's own files. */
export const SYNC_WORKER = 'sync-worker.js'

/** Builds src/sync-worker.ts into one classic script: a service worker imports nothing else in every browser. */
export function syncWorker(): Plugin {
  return {
    name: 'rsvp-demo-sync-worker',
    apply: 'build',
    async generateBundle() {
      const built = await build({
        configFile: false,
        root: import.meta.dirname,
        logLevel: 'warn',
        build: {
          write: false,
          copyPublicDir: false,
          target: 'es2022',
          lib: {
            entry: join(import.meta.dirname, 'src/sync-worker.ts'),
            formats: ['iife'],
            name: 'syncWorker',
          },
        },
      })
      const [output] = [built].flat()
      const chunk = output && 'output' in output ? output.output[0] : undefined
      if (chunk) this.emitFile({ type: 'asset', fileName: SYNC_WORKER, source: chunk.code })
    },
  }
}

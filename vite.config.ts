import { defineConfig } from 'vitest/config'

const entries = ['index', 'feeds', 'inspector', 'mqtt', 'react', 'service-worker', 'testing']

/** Peers stay outside the build, also by sub-path (`zod/mini`): two copies of Dexie on a page throw. */
const peers = /^(dexie|mqtt|react|rxjs|zod)(\/|$)/

export default defineConfig({
  build: {
    target: 'es2022',
    minify: false,
    lib: { entry: entries.map((entry) => `src/${entry}.ts`), formats: ['es'] },
    rollupOptions: { external: peers, output: { chunkFileNames: '[name].js' } },
  },
  test: {
    maxWorkers: '100%', // of two cores one would be left idle
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/*.test.ts'],
          environment: 'node',
          testTimeout: 20_000, // for slow machines; no test waits for time
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/*.test.ts'],
          globalSetup: ['test/browser/install.ts', 'test/browser/demo.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})

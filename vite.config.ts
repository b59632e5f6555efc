import { defineConfig } from 'vitest/config'

/** Peers stay outside the build, also by sub-path (`zod/mini`): two copies of Dexie on a page throw. */
const peers = /^(dexie|rxjs|zod)(\/|$)/

export default defineConfig({
  build: {
    target: 'es2022',
    minify: false,
    lib: { entry: { index: 'src/index.ts', testing: 'src/testing.ts' }, formats: ['es'] },
    rollupOptions: { external: peers },
  },
  test: {
    projects: [
      {
        test: {
          name: 'node',
          include: ['test/*.test.ts'],
          environment: 'node',
        },
      },
      {
        test: {
          name: 'browser',
          include: ['test/browser/*.test.ts'],
          globalSetup: ['test/browser/install.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
})

import { defineConfig } from 'vite'

/** One script for Node, with everything in it: starts in a fraction of a second, and holds one Dexie. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20',
    minify: false,
    emptyOutDir: true,
    outDir: 'node_modules/.cache/simulate',
    rollupOptions: { input: ['test/simulate/run.ts'] },
  },
  ssr: { noExternal: true },
})

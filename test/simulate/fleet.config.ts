import { defineConfig } from 'vite'

/** One script for Node, with everything in it: Node 20 runs no TypeScript, and there must be one Dexie. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20',
    minify: false,
    emptyOutDir: true,
    outDir: 'node_modules/.cache/simulate-fleet',
    rollupOptions: { input: ['test/simulate/fleet.ts'] },
  },
  ssr: { noExternal: true },
})

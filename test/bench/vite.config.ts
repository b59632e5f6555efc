import { defineConfig } from 'vite'

/** The script for Node that builds the pages, drives the browser and writes the report. */
export default defineConfig({
  build: {
    ssr: true,
    target: 'node20',
    minify: false,
    emptyOutDir: true,
    outDir: 'node_modules/.cache/bench-run',
    rollupOptions: { input: ['test/bench/run.ts'] },
  },
})

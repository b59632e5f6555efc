import { defineConfig } from 'vite'

/** One script for Node, `run` or (`--mode fleet`) `fleet`, with everything in it: starts at once, and holds one Dexie. */
export default defineConfig(({ mode }) => {
  const script = mode === 'fleet' ? 'fleet' : 'run'
  return {
    build: {
      ssr: true,
      target: 'node20',
      minify: false,
      emptyOutDir: true,
      outDir: `node_modules/.cache/simulate-${script}`,
      rollupOptions: { input: [`test/simulate/${script}.ts`] },
    },
    ssr: { noExternal: true },
  }
})

import { join } from 'node:path'
import type { UserConfig } from 'vite'
import { apiServer } from '../api-server.ts'

/** What the five have in common: the sample server beside the page, and where the built page goes. */
export const sample = (name: string): UserConfig => ({
  root: join(import.meta.dirname, name),
  base: './',
  build: { outDir: join(import.meta.dirname, 'dist', name), emptyOutDir: true, target: 'es2022' },
  server: { host: '127.0.0.1', fs: { allow: [join(import.meta.dirname, '../..')] } },
  preview: { host: '127.0.0.1' },
  plugins: [apiServer()],
})

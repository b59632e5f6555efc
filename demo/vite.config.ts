import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'
import { apiServer } from './api-server.ts'
import { installable } from './pwa.ts'
import { strict } from './strict.ts'
import { syncWorker } from './sync-worker.ts'

const address = { host: '127.0.0.1', port: 5173, strictPort: false }

export default defineConfig({
  root: import.meta.dirname,
  base: '/',
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022' },
  server: { ...address, fs: { allow: ['..'] } },
  preview: address,
  plugins: [react(), syncWorker(), strict(), VitePWA(installable), apiServer()],
})

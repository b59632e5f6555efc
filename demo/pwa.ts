import type { VitePWAOptions } from 'vite-plugin-pwa'
import { SYNC_WORKER } from './sync-worker.ts'

const DAY_S = 24 * 3600

/** What makes the demo an app of its own: the manifest, and a service worker that keeps the app and its pictures. */
export const installable: Partial<VitePWAOptions> = {
  strategies: 'generateSW',
  registerType: 'prompt',
  manifest: {
    id: '/',
    name: 'Gatherings',
    short_name: 'Gatherings',
    description: 'What is on around here, and whether you are coming. Works without a network.',
    start_url: '/',
    scope: '/',
    display: 'standalone',
    orientation: 'any',
    lang: 'en',
    categories: ['social', 'lifestyle'],
    background_color: '#f5f3ee',
    theme_color: '#f5f3ee',
    icons: [
      { src: '/icon-192.png', sizes: '192x192', type: 'image/png', purpose: 'any' },
      { src: '/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any' },
      { src: '/icon-maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
      { src: '/icon.svg', sizes: 'any', type: 'image/svg+xml', purpose: 'any' },
    ],
  },
  workbox: {
    globPatterns: ['**/*.{html,js,css,svg,png,webmanifest}'],
    navigateFallback: 'index.html',
    navigateFallbackDenylist: [/^\/api\//, /^\/files\//, /^\/worlds\//, /^\/__double/],
    importScripts: [SYNC_WORKER],
    globIgnores: [SYNC_WORKER], // kept with the worker itself
    clientsClaim: true, // one visit is enough: the page that installs the worker is also its first client
    cleanupOutdatedCaches: true,
    runtimeCaching: [
      {
        urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/files/'),
        handler: 'CacheFirst',
        options: {
          cacheName: 'pictures',
          expiration: { maxEntries: 300, maxAgeSeconds: 60 * DAY_S, purgeOnQuotaError: true },
          plugins: [
            {
              // A captive portal answers 200 with a page: only a picture is a picture.
              cacheWillUpdate: async ({ response }) =>
                response.status === 200 && (response.headers.get('content-type') ?? '').startsWith('image/')
                  ? response
                  : null,
            },
          ],
        },
      },
      {
        urlPattern: ({ request, sameOrigin }) => !sameOrigin && request.destination === 'image',
        handler: 'StaleWhileRevalidate',
        options: {
          cacheName: 'pictures-elsewhere',
          // Asked for with CORS: an opaque reply would count as megabytes against the quota that the answers live in.
          fetchOptions: { mode: 'cors', credentials: 'omit' },
          cacheableResponse: { statuses: [200] },
          expiration: { maxEntries: 150, maxAgeSeconds: 30 * DAY_S, purgeOnQuotaError: true },
          plugins: [{ handlerDidError: async ({ request }) => fetch(request) }],
        },
      },
    ],
  },
}

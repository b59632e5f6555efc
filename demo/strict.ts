import type { Plugin } from 'vite'

/** No script but the app's own files, and none made of text. */
export const POLICY =
  "script-src 'self'; object-src 'none'; base-uri 'none'; require-trusted-types-for 'script'; trusted-types default"

/** Writes the policy into the built page, so that it holds wherever that is served from. */
export function strict(): Plugin {
  return {
    name: 'rsvp-demo-strict',
    apply: 'build',
    transformIndexHtml: () => [
      {
        tag: 'meta',
        attrs: { 'http-equiv': 'Content-Security-Policy', content: POLICY },
        injectTo: 'head-prepend',
      },
    ],
  }
}

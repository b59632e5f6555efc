/** The part of Trusted Types that is used here; TypeScript's own types do not have it. */
interface TrustedTypes {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): unknown
}

/** The one script that the app names by a text: its service worker. Any other such text is an attack. */
function onlyTheWorker(url: string): string {
  if (new URL(url, location.href).href !== new URL('/sw.js', location.origin).href)
    throw new TypeError(`Not a script of this app: ${url}`)
  return url
}

/** Before anything else runs: where the page's policy wants Trusted Types, says which texts may become scripts. */
export function trustOnlyTheWorker(): void {
  const { trustedTypes } = globalThis as { readonly trustedTypes?: TrustedTypes }
  trustedTypes?.createPolicy('default', { createScriptURL: onlyTheWorker })
}

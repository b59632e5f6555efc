/**
 * Pictures that came before the service worker took the page over are not in its cache. Once it has, they are asked
 * for again, out of the browser's own cache: after one visit, what was seen is there without a network.
 */
export function warmPictures(): void {
  if (!('serviceWorker' in navigator) || navigator.serviceWorker.controller) return
  navigator.serviceWorker.addEventListener('controllerchange', rememberSeen, { once: true })
}

function rememberSeen(): void {
  for (const image of document.images) {
    if (image.complete) remember(image)
    else image.addEventListener('load', () => remember(image), { once: true })
  }
}

/** By `fetch`: a second `<img>` would be served from the page's memory, past the worker. */
function remember({ src, naturalWidth }: HTMLImageElement): void {
  if (naturalWidth > 0 && new URL(src).origin === location.origin) fetch(src).catch(() => undefined)
}

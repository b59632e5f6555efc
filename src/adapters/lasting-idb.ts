const LOST = /server lost/i

/**
 * Databases that outlive the process that holds them. WebKit has one for all pages, and iOS ends it as it likes; up to
 * Safari 26 a page that it was taken from can open nothing before it is loaded anew. A frame in that page can: from then
 * on databases are opened through one.
 */
export function lastingIndexedDB(first: IDBFactory, page: Document): IDBFactory {
  let factory = first
  let frame: HTMLIFrameElement | undefined

  function takeFrame(): void {
    frame?.remove()
    frame = page.createElement('iframe')
    frame.hidden = true
    page.documentElement.append(frame)
    factory = (frame.contentWindow as typeof globalThis | null)?.indexedDB ?? factory
  }

  return {
    open(name, version) {
      const request = factory.open(name, version)
      request.addEventListener('error', () => {
        if (LOST.test(request.error?.message ?? '')) takeFrame()
      })
      return request
    },
    deleteDatabase: (name) => factory.deleteDatabase(name),
    databases: () => factory.databases(),
    cmp: (a, b) => factory.cmp(a, b),
  }
}

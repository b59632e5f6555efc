import { useMemo, useSyncExternalStore } from 'react'

export type Route = { readonly page: 'list' } | { readonly page: 'event'; readonly eventId: string }

export const LIST_HREF = '#/'
export const eventHref = (eventId: string): string => `#/event/${encodeURIComponent(eventId)}`

export function routeOf(hash: string): Route {
  const [, id] = /^#\/event\/(.+)$/.exec(hash) ?? []
  if (id === undefined) return { page: 'list' }
  try {
    return { page: 'event', eventId: decodeURIComponent(id) }
  } catch {
    return { page: 'list' }
  }
}

function subscribe(changed: () => void): () => void {
  addEventListener('hashchange', changed)
  return () => removeEventListener('hashchange', changed)
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash)
  return useMemo(() => routeOf(hash), [hash])
}

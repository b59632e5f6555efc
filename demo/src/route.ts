import { useMemo, useSyncExternalStore } from 'react'

/** Which events the list shows: all that are to come, or those I gave this answer. */
export type Which = 'all' | 'going' | 'interested'

export type Route =
  | { readonly page: 'list'; readonly which: Which }
  | { readonly page: 'event'; readonly eventId: string }

export const WHICH: readonly Which[] = ['all', 'going', 'interested']

const ALL: Route = { page: 'list', which: 'all' }

export const listHref = (which: Which): string => (which === 'all' ? '#/' : `#/${which}`)
export const eventHref = (eventId: string): string => `#/event/${encodeURIComponent(eventId)}`

export function routeOf(hash: string): Route {
  const which = WHICH.find((one) => listHref(one) === hash)
  if (which) return { page: 'list', which }
  const [, id] = /^#\/event\/(.+)$/.exec(hash) ?? []
  if (id === undefined) return ALL
  try {
    return { page: 'event', eventId: decodeURIComponent(id) }
  } catch {
    return ALL
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

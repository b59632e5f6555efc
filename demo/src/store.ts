import { createRsvpStore, type RsvpStore } from '../../src/index.ts'

declare global {
  interface Window {
    /** The store of this page, for the curious: `await rsvpStore.rsvp('event-1', 'going')`. */
    rsvpStore: RsvpStore
  }
}

const address = new URLSearchParams(location.search)
const api = address.get('api')

/** True on the sample server; `?api=…&user=…&token=…` runs the app on the real API instead. */
export const isSample = api === null
export const me = address.get('user') ?? 'ada'

/** A database of its own for each server. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host.slice(0, 50) : '')

let token: string | undefined

/** Held in memory only. With the server gone `fetch` rejects, and the store takes that for silence. */
async function sampleToken({ refresh, signal }: { refresh: boolean; signal: AbortSignal }): Promise<string> {
  if (token !== undefined && !refresh) return token
  const path = `/__double/token?user=${encodeURIComponent(me)}`
  const reply = await fetch(path, { signal, cache: 'no-store' })
  const body = (await reply.json()) as { readonly token: string }
  token = body.token
  return token
}

export const store = createRsvpStore({
  userId: me,
  baseUrl: api ?? location.origin,
  getToken: isSample ? sampleToken : () => address.get('token') ?? '',
  name: api === null ? 'gatherings' : `gatherings ${hostOf(api)}`,
  push: { backoff: { capMs: 60_000 } },
})

window.rsvpStore = store

/** Also ends a wait for being signed in: whoever asks may just have done so. */
export const tryNow = (eventId: string): void => {
  store.retry(eventId).then(store.sync, nothing)
}

export const discard = (eventId: string): void => {
  store.discard(eventId).catch(nothing)
}

/** What the device cannot do is said by `status$`. */
function nothing(): void {}

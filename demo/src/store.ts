import { sseFeed } from '../../src/feeds.ts'
import { createRsvpStore, type RsvpStore } from '../../src/index.ts'
import { requestRsvpSync } from '../../src/service-worker.ts'
import { sampleToken } from './sample-token.ts'

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

const name = isSample ? 'gatherings' : `gatherings ${hostOf(api ?? '')}`

export const store = createRsvpStore({
  userId: me,
  baseUrl: api ?? location.origin,
  getToken: (request) => (isSample ? sampleToken({ ...request, userId: me }) : (address.get('token') ?? '')),
  name,
  push: { backoff: { capMs: 60_000 } },
  ...(isSample && { feed: sseFeed({ url: liveAddress }) }),
})

/** The token is part of it: an `EventSource` sends no header. */
async function liveAddress(): Promise<string> {
  const token = await sampleToken({ userId: me, refresh: false, signal: new AbortController().signal })
  return `${location.origin}/api/v1/live?access_token=${encodeURIComponent(token)}`
}

window.rsvpStore = store

// What waits when the last page is closed goes out all the same, where the browser can do that.
if (isSample) requestRsvpSync(store, { userId: me, name })

/** Also ends a wait for being signed in: whoever asks may just have done so. */
export const tryNow = (eventId: string): void => {
  store.retry(eventId).then(store.sync, nothing)
}

export const discard = (eventId: string): void => {
  store.discard(eventId).catch(nothing)
}

/** What the device cannot do is said by `status$`. */
function nothing(): void {}

import { sseFeed } from '../../src/feeds.ts'
import { createRsvpStore, type RsvpStore } from '../../src/index.ts'
import { requestRsvpSync } from '../../src/service-worker.ts'
import { ADDRESS, isSample, SAMPLE_PATH } from './address.ts'
import { poorStorage } from './poor-storage.ts'
import { sampleToken } from './sample-token.ts'

declare global {
  interface Window {
    /** The store of this page, for the curious: `await rsvpStore.rsvp('event-1', 'going')`. */
    rsvpStore: RsvpStore
  }
}

const { api, user, token, events, storage } = ADDRESS

export const me = user

/** A database of its own for each server. */
const hostOf = (url: string): string => (URL.canParse(url) ? new URL(url).host.slice(0, 50) : '')
const nameOf = (server: string): string => `gatherings ${server}`.trim()

const name = nameOf(isSample ? (events ?? '') : hostOf(api ?? ''))

/** Of this page's sample server. */
const tokenOf = (request: { readonly refresh: boolean; readonly signal: AbortSignal }): Promise<string> =>
  sampleToken({ ...request, userId: me, at: SAMPLE_PATH })

export const store = createRsvpStore({
  userId: me,
  baseUrl: api ?? `${location.origin}${SAMPLE_PATH}`,
  getToken: (request) => (isSample ? tokenOf(request) : token),
  name,
  push: { backoff: { capMs: 60_000 } },
  ports: poorStorage(storage),
  ...(isSample && { feed: sseFeed({ url: liveAddress }) }),
})

/** The token is part of it: an `EventSource` sends no header. */
async function liveAddress(): Promise<string> {
  const mine = await tokenOf({ refresh: false, signal: new AbortController().signal })
  return `${location.origin}${SAMPLE_PATH}/api/v1/live?access_token=${encodeURIComponent(mine)}`
}

window.rsvpStore = store

// What waits when the last page is closed goes out all the same, where the browser can do that. The worker knows the
// usual sample server only.
if (isSample && SAMPLE_PATH === '') requestRsvpSync(store, { userId: me, name })

/** Also ends a wait for being signed in: whoever asks may just have done so. */
export const tryNow = (eventId: string): void => {
  store.retry(eventId).then(store.sync, nothing)
}

export const discard = (eventId: string): void => {
  store.discard(eventId).catch(nothing)
}

/** What the device cannot do is said by `status$`. */
function nothing(): void {}

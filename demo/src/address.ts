const asked = new URLSearchParams(location.search)

/**
 * What the page's own address asks for. The first three are for the real API; the others show the app in a state that
 * takes patience to come by:
 *
 *     ?api=…&user=…&token=…          the app on the real API; without `api` it is on the sample server
 *     ?events=5000                   a sample server of its own with so many events
 *     ?mood=slow                     puts that server into a mood
 *     ?storage=unavailable | full    a browser that keeps nothing, or a device without room for an answer
 */
export const ADDRESS = {
  api: asked.get('api'),
  user: asked.get('user') ?? 'ada',
  token: asked.get('token') ?? '',
  events: /^\d{1,5}$/.exec(asked.get('events') ?? '')?.[0],
  mood: asked.get('mood'),
  storage: asked.get('storage'),
} as const

/** True on the sample server. */
export const isSample = ADDRESS.api === null

/** Where the sample server is, below this origin; empty for the usual one. */
export const SAMPLE_PATH = isSample && ADDRESS.events !== undefined ? `/worlds/${ADDRESS.events}` : ''

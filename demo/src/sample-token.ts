let known: { readonly userId: string; readonly token: string } | undefined

/** A token of the sample server; held in memory only. With the server gone `fetch` rejects: silence to the store. */
export async function sampleToken(request: {
  readonly userId: string
  readonly refresh: boolean
  readonly signal: AbortSignal
  /** Where the sample server is, below this origin. */
  readonly at?: string
}): Promise<string> {
  const { userId, refresh, signal, at = '' } = request
  if (known?.userId === userId && !refresh) return known.token
  const path = `${at}/__double/token?user=${encodeURIComponent(userId)}`
  const reply = await fetch(path, { signal, cache: 'no-store' })
  const { token } = (await reply.json()) as { readonly token: string }
  known = { userId, token }
  return token
}

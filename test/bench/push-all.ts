import type { Bundle, Status } from './contender.ts'

const AT_ONCE = 6

/** Sends every entry, six at a time, and hands each reply on; resolves when all were handled. */
export async function pushAll<E extends { readonly eventId: string; readonly status: Status }>(
  url: string,
  entries: readonly E[],
  settle: (entry: E, reply: Bundle) => Promise<void>,
): Promise<void> {
  const queue = [...entries]
  const lane = async () => {
    for (let entry = queue.shift(); entry; entry = queue.shift()) await settle(entry, await post(url, entry))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, lane))
}

/** One answer to the server. */
export async function post(
  url: string,
  { eventId, status }: { readonly eventId: string; readonly status: Status },
): Promise<Bundle> {
  const reply = await fetch(`${url}/api/v1/events/${eventId}/rsvp`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ status }),
  })
  if (!reply.ok) throw new Error(`${reply.status} for ${eventId}`)
  return (await reply.json()) as Bundle
}

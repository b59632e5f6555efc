import type { FeedMessage } from '../model/feed.ts'

/** Where to connect to: fixed, or found out anew each time, as where a token is part of it. */
export type FeedAddress = string | (() => string | Promise<string>)

export const addressOf = async (url: FeedAddress): Promise<string> =>
  typeof url === 'function' ? url() : url

/** A message as it comes over the wire; `undefined` for anything else, which is passed over. */
export function readMessage(data: unknown): FeedMessage | undefined {
  try {
    const message = JSON.parse(String(data)) as Partial<FeedMessage> | null
    return typeof message?.eventType === 'string' ? (message as FeedMessage) : undefined
  } catch {
    return undefined
  }
}

import { openBundle, type RawBundle } from './bundle.ts'

/** A live message, as the API sends them: what happened, and rows as in any reply. */
export interface FeedMessage {
  /** `event.created`, `event.updated`, `event.deleted`, `event.rsvp.created` and others. */
  readonly eventType: string
  readonly data: unknown
}

/** What a source says of its connection, between messages. */
export interface FeedOpened {
  readonly feed: 'open'
}

/** Messages of the server, as they come. To subscribe is to connect; an error, or the end, is a lost connection. */
export interface Feed {
  subscribe(observer: {
    next(signal: FeedMessage | FeedOpened): void
    error(error: unknown): void
    complete(): void
  }): { unsubscribe(): void }
}

/** How the live feed is: part of `status$`, where the store has one. */
export type FeedState = 'connecting' | 'open' | 'lost'

/** The lists of a live message, with what it says of them; `undefined` for anything else. */
export function openMessage(message: unknown): RawBundle | undefined {
  const { eventType } = Object(message) as Partial<FeedMessage>
  const raw = typeof eventType === 'string' ? openBundle(message) : undefined
  // What a deleted event looks like is not documented: that it is, is all that counts.
  if (!raw || eventType !== 'event.deleted') return raw
  return { ...raw, events: raw.events.map((row) => ({ ...Object(row), isDeleted: true })) }
}

import type { RsvpStatus } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { AttendeesQuery, EventsQuery } from '../model/queries.ts'

/** The first page by its size, further ones by the token of the page before. */
export type Page = { readonly limit: number } | { readonly token: string }

/** Everything that the store ever asks a server. */
export type Question =
  /** Store my answer. `isKnown`: the server has one of mine, as far as this device knows. */
  | {
      readonly ask: 'answer'
      readonly eventId: EventId
      readonly status: RsvpStatus
      readonly isKnown: boolean
    }
  /** What is my answer? */
  | { readonly ask: 'my-answer'; readonly eventId: EventId }
  | { readonly ask: 'event'; readonly eventId: EventId }
  /** Of several statuses each is asked for by itself: `status` has one at most. */
  | { readonly ask: 'events'; readonly query: EventsQuery; readonly page: Page }
  | {
      readonly ask: 'attendees'
      readonly eventId: EventId
      readonly query: Pick<AttendeesQuery, 'status'>
      readonly page: Page
    }
  | { readonly ask: 'my-answers'; readonly query: Pick<AttendeesQuery, 'status'>; readonly page: Page }

/** An answer of mine, where the server has none yet, as far as this device knows. */
export const isNewAnswer = (question: Question): boolean => question.ask === 'answer' && !question.isKnown

/** An HTTP request, without what every request has: the address before it and the token. */
export interface RemoteRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  /** Below `baseUrl`, from its slash on. */
  readonly path: string
  readonly query?: URLSearchParams | undefined
  /** Sent as JSON. */
  readonly body?: unknown
}

/** What a reply says that said yes. */
export interface RemoteReply {
  /** `events`, `eventResponses`, `users` and `files`, each a list of rows as the API has them; others may be missing. */
  readonly bundle: unknown
  /** The token of the next page; missing on the last. */
  readonly next?: string | undefined
}

/** Why a server said no; every part may be missing. */
export interface RemoteError {
  readonly code?: number | undefined
  /** For people. */
  readonly message?: string | undefined
}

/** What a refusal means for what was asked. */
export type Meaning =
  /** It may or may not have been done: it is tried again, after a look. */
  | 'unknown'
  /** The whole user has to wait. */
  | 'slow-down'
  /** The token is not good any more. */
  | 'signed-out'
  /** There is an answer of mine already, which a new one cannot be beside. */
  | 'exists'
  /** There is no such thing, as far as this user may know. */
  | 'missing'
  /** It will not be done, however often it is asked. */
  | 'failed'

/**
 * How a server is spoken to: all that the store knows of one API. Pure: it sends nothing, and nothing of it is kept.
 * What it says of a reply counts only where the reply names what was asked for; silence, and the statuses that every
 * server means alike (408, 425, 429, 5xx), are not its business.
 */
export interface Remote {
  readonly request: (question: Question, me: UserId) => RemoteRequest
  /**
   * Reads the JSON of a reply of 2xx. `undefined`, or a bundle with none of the lists: this is no reply of that server,
   * something else answered.
   */
  readonly read: (json: unknown, question: Question, me: UserId) => RemoteReply | undefined
  /**
   * Reads why it said no. A code says that this server itself has spoken: only with one is an event that is not there (404)
   * taken for deleted, as something on the way says 404 too.
   */
  readonly errorIn?: ((json: unknown) => RemoteError) | undefined
  /**
   * What a 4xx means, where the status alone does not say. @defaultValue 401 signed out, 404 missing, 409 to a new answer
   * exists, any other failed
   */
  readonly meaning?:
    | ((status: number, code: number | undefined, question: Question) => Meaning | undefined)
    | undefined
}

/** Why an answer or a pull did not get through. Decided on the HTTP status and the API code, never on a message. */
export interface Failure {
  readonly kind: FailureKind
  readonly httpStatus?: number
  /** The API's own code (`400300` …), where it sent its error envelope. */
  readonly apiCode?: number
  /** For people: the server's words, or ours. Never holds the token. */
  readonly message: string
}

export type FailureKind =
  /** The server understood and said no (400, 422 and any 4xx without a kind of its own). */
  | 'refused'
  /** Not allowed: not a member, private, banned (403). */
  | 'forbidden'
  /** The event does not exist, was deleted, or cannot be seen by this user. */
  | 'event-gone'
  /** The server says that the event is live, over or cancelled; found while the answer waited. */
  | 'event-live'
  | 'event-ended'
  | 'event-cancelled'
  /** No reply was heard: no connection, dropped, aborted. The server may have applied the request. */
  | 'no-reply'
  /** No reply within the request time-out. The server may have applied the request. */
  | 'timed-out'
  /** The server is in trouble (5xx, 408, 425). */
  | 'server-error'
  /** Something answered in the server's place, such as a captive portal. */
  | 'not-the-api'
  /** Too many requests (429). */
  | 'rate-limited'
  /** No token that the server accepts. */
  | 'signed-out'

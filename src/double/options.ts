import type { RsvpStatus } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { DoubleClock } from './moods.ts'
import type { RateLimit } from './rate-limit.ts'
import type { ExistsAs, PostWording } from './rules.ts'

export interface ApiDoubleOptions {
  /** Does POST rsvp only create, or also update? Default `post-creates`. */
  readonly wording?: PostWording
  /** The reply to a POST where an answer exists. Default 409 with code 400900; no document names it. */
  readonly existsAs?: ExistsAs
  /**
   * How many sample events, `event-1` and up. Default 60. From 12 on, the last seven are, in this order: two cancelled,
   * one ended, one live, one that starts in ten minutes, one of the private community `allotments`, one soft-deleted.
   * All others are scheduled, public and at least two days away.
   */
  readonly events?: number
  /** Users that are there from the start, without answers. Default ada and bob. */
  readonly users?: readonly UserId[]
  /** Answers that are there from the start, by user and event; creating throws where there is no such event. */
  readonly answers?: Readonly<Record<UserId, Readonly<Record<EventId, RsvpStatus>>>>
  /** The same seed gives the same sample data, relative to the clock. Default 1. */
  readonly seed?: number
  /** Default real time. With `at`, the slow mood waits by it too. */
  readonly clock?: DoubleClock
  /** How long the slow mood waits before it applies a request. Default 3000. */
  readonly slowMs?: number
  /** Does an event's `updatedAt` move when only its counters do? Default false. */
  readonly countersMoveUpdatedAt?: boolean
  /** Enforce a rate limit; `true` is the published one. Default false. */
  readonly limit?: boolean | RateLimit
  /** Default 30 days. */
  readonly tokenLifetimeMs?: number
}

import type { RsvpStatus } from '../model/entities.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import type { Reply } from './replies.ts'
import type { Rules } from './rules.ts'
import type { Session } from './session.ts'
import type { World } from './world.ts'

/** One accepted POST or PUT rsvp. */
export interface AcceptedWrite {
  readonly method: 'POST' | 'PUT'
  readonly eventId: EventId
  readonly userId: UserId
  readonly status: RsvpStatus
  /** Epoch milliseconds by the double's clock. */
  readonly at: Moment
}

/** What every handler may use. */
export interface Server {
  readonly world: World
  readonly rules: Rules
  readonly session: Session
  readonly writes: AcceptedWrite[]
}

/** A request that has arrived. */
export interface Call {
  readonly method: string
  readonly url: URL
  readonly headers: Headers
  readonly body: string
  /** The decoded parts of the path that the route names. */
  readonly parts: readonly string[]
  /** Empty on open routes. */
  readonly userId: UserId
}

export type Handler = (server: Server, call: Call) => Reply

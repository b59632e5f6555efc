import type { ResponseRow, RsvpStatus } from '../model/entities.ts'
import type { EventId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import type { Lease, OutboxEntry, OutboxRow } from '../model/outbox-entry.ts'
import type { Asking, KeptEvent, KeptResponse, Pause } from './database.ts'

/** The outbox as this tab knows it: own writes at once, those of other tabs as they are heard of. */
export interface OutboxState {
  readonly loaded: boolean
  /** Everything on disk: open entries, and settled ones that are watched. */
  readonly rows: ReadonlyMap<string, OutboxRow>
  /** The open ones: my answers that the server has not settled. */
  readonly entries: ReadonlyMap<string, OutboxEntry>
  /** How many rows this version cannot read. */
  readonly unreadable: number
  /** The database was used before: where it was not, the browser may have deleted what was there. */
  readonly isBorn?: boolean
  readonly pause: Pause | undefined
  readonly syncedAt: Moment | undefined
  /** Somebody wants to know what this tab shows. */
  readonly asking?: Asking | undefined
  /** With the change that took entries out otherwise than by settling them: how. */
  readonly left?: ReadonlyMap<EventId, Leaving> | undefined
}

export type Leaving = 'superseded' | 'discarded'

/** A row taken for sending, as it was then: what its sender needs and must not re-read. */
export interface Claim {
  readonly row: OutboxRow & { readonly lease: Lease }
  /** The mirror knows an answer of mine: PUT; else POST. */
  readonly known: boolean
  /** How old the mirror is: what is asked right now is asked after it. */
  readonly asOf: number
}

/** A tap, to be stored. */
export interface Answer {
  readonly eventId: EventId
  readonly status: RsvpStatus
  readonly answerId: string
  readonly now: Moment
}

/** What the mirror knows of each event that is answered, and of my answer to it. */
export type Known = readonly [
  events: readonly (KeptEvent | undefined)[],
  mine: readonly (KeptResponse | undefined)[],
]

export interface Answered {
  /** `undefined`: the server already has this; nothing is left to send. */
  readonly entry: OutboxEntry | undefined
  readonly response: ResponseRow | undefined
}

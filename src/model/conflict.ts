import type { RsvpStatus } from './entities.ts'
import type { EventId } from './ids.ts'

/** My answer waited, and the server's moved meanwhile: by another device, or by somebody who may answer for me. */
export interface Conflict {
  readonly eventId: EventId
  /** The server's word when I answered, as far as it was known; `null`: none. */
  readonly base: string | null
  /** The server's word now. */
  readonly theirs: string
  readonly mine: RsvpStatus
}

/** Chooses which one stands. `theirs` ends my answer as superseded; anything else, and an error, sends mine. */
export type OnConflict = (conflict: Conflict) => 'mine' | 'theirs' | Promise<'mine' | 'theirs'>

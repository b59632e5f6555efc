import type { Failure } from './failure.ts'

/** Every reason for which the store throws or rejects. */
export type RsvpStoreErrorCode =
  | 'invalid-argument'
  | 'rsvp-closed'
  | 'storage-unavailable'
  | 'storage-full'
  | 'storage-outdated'
  | 'unreachable'
  | 'signed-out'
  | 'refused'
  | 'cancelled'
  | 'closed'

/** Whatever the store throws or rejects with. `code` is a closed union; `message` is for people. */
export class RsvpStoreError extends Error {
  override readonly name = 'RsvpStoreError'
  readonly code: RsvpStoreErrorCode
  /** For `invalid-argument`: which argument, as a path (`query.limit`). */
  declare readonly argument?: string
  /** For pulls: what the server said, or that it said nothing. */
  declare readonly failure?: Failure

  constructor(
    code: RsvpStoreErrorCode,
    message: string,
    details: { readonly argument?: string; readonly failure?: Failure } = {},
  ) {
    super(message)
    this.code = code
    Object.assign(this, details)
  }
}

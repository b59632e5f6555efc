import { RsvpStoreError } from '../model/errors.ts'
import type { Refusal } from './verdict.ts'

/** What a pull rejects with whose reply meant this. */
export function pullError({ kind, failure }: Pick<Refusal, 'kind' | 'failure'>): RsvpStoreError {
  const isSilent = kind === 'unknown' || kind === 'slow-down'
  const code = isSilent ? 'unreachable' : kind === 'signed-out' ? kind : 'refused'
  return new RsvpStoreError(code, failure.message, { failure })
}

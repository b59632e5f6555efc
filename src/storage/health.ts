import { RsvpStoreError } from '../model/errors.ts'
import type { StorageState } from '../model/status.ts'

/** What a failed transaction means for the caller; an error that is ours already stays as it is. */
export function storageError(error: unknown): RsvpStoreError {
  if (error instanceof RsvpStoreError) return error
  // Dexie hides the browser's reason one level down, and differently in each engine.
  const { name, inner } = error as { name?: string; inner?: { name?: string } }
  const reason = `${name} ${inner?.name ?? ''}`.trim()
  const state = /Quota/.test(reason) ? 'full' : /Version/.test(reason) ? 'outdated' : 'unavailable'
  return new RsvpStoreError(`storage-${state}`, `Nothing was stored: ${reason}`)
}

/** The state that an error tells of, if it tells of one. */
export function storageState({ code }: RsvpStoreError): StorageState | undefined {
  return code.startsWith('storage-') ? (code.slice('storage-'.length) as StorageState) : undefined
}

import { RsvpStoreError } from '../model/errors.ts'
import type { StorageState } from '../model/status.ts'

/** Dexie hides the browser's reason one level down, and differently in each engine. */
function reasonOf(error: unknown): string {
  const { name, inner } = error as { name?: string; inner?: { name?: string } }
  return `${name} ${inner?.name ?? ''}`.trim()
}

/** What a failed transaction means for the caller; an error that is ours already stays as it is. */
export function storageError(error: unknown): RsvpStoreError {
  if (error instanceof RsvpStoreError) return error
  const reason = reasonOf(error)
  const state = /Quota/.test(reason) ? 'full' : /Version/.test(reason) ? 'outdated' : 'unavailable'
  return new RsvpStoreError(`storage-${state}`, `Nothing was stored: ${reason}`)
}

/** The state that an error tells of, if it tells of one. */
export function storageState({ code }: RsvpStoreError): StorageState | undefined {
  return code.startsWith('storage-') ? (code.slice('storage-'.length) as StorageState) : undefined
}

/** Worth one more try: the room that rows of the server take can be given back, a lost connection opened again. */
export function mendOf(error: unknown): 'prune' | 'reopen' | undefined {
  const reason = reasonOf(error)
  if (/Quota/.test(reason)) return 'prune'
  // iOS ends the database server under a living page; each engine has its own words for it. A page that freezes right
  // before its transaction begins has closed the connection itself: Dexie then names no cause.
  return /Unknown|InvalidState|Abort|Timeout|DatabaseClosed|^OpenFailedError$/.test(reason)
    ? 'reopen'
    : undefined
}

import { RsvpStoreError } from '../model/errors.ts'

/** How the database is: part of `status$`. */
export type StorageState = 'opening' | 'ready' | 'blocked' | 'outdated' | 'full' | 'lost' | 'unavailable'

/** Dexie hides the browser's reason one level down, and differently in each engine. */
function names(error: unknown): string[] {
  const { name, inner } = (error ?? {}) as { name?: string; inner?: { name?: string } }
  return [name ?? '', inner?.name ?? '']
}

/** What a failed transaction means for the caller; an error that is ours already stays as it is. */
export function storageError(error: unknown): RsvpStoreError {
  if (error instanceof RsvpStoreError) return error
  const found = names(error)
  if (found.includes('QuotaExceededError'))
    return new RsvpStoreError('storage-full', 'This device has no room left; nothing was stored.')
  if (found.includes('VersionError'))
    return new RsvpStoreError('storage-outdated', 'A newer version of the app owns the data; reload the page.')
  return new RsvpStoreError(
    'storage-unavailable',
    `This browser cannot store data now (${found.filter(Boolean).join(': ') || 'unknown reason'}); nothing was stored.`,
  )
}

export function storageState(error: RsvpStoreError): StorageState {
  switch (error.code) {
    case 'storage-full':
      return 'full'
    case 'storage-outdated':
      return 'outdated'
    default:
      return 'unavailable'
  }
}

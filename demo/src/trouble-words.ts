import type { RsvpStoreErrorCode, SyncStatus } from '../../src/index.ts'
import type { IconName } from './icon.tsx'
import type { Catalogue } from './languages/catalogue.ts'
import type { Words } from './languages/words.ts'

export interface Trouble {
  readonly tone: 'calm' | 'alarm'
  readonly text: string
}

const calm = (...sentences: readonly string[]): Trouble => ({ tone: 'calm', text: sentences.join(' ') })
const alarm = (text: string): Trouble => ({ tone: 'alarm', text })

/** Storage that is opening or ready needs no word; with `lost` the number of answers is said. */
const storageWords = ({ storage }: Catalogue, { storage: state }: SyncStatus): string | undefined =>
  storage[state as keyof typeof storage]

/** What stands in the way now, if anything: the worst of it. */
export function troubleOf({ text, counted }: Words, status: SyncStatus): Trouble | undefined {
  const { storage, session, network, queued, stalled, unreadable = 0, lostAnswers = 0 } = status
  const { trouble } = text
  if (storage === 'lost' && lostAnswers > 0) return alarm(counted(trouble.lost, lostAnswers))
  const stored = storageWords(text, status)
  if (stored) return alarm(stored)
  const comfort = queued > 0 ? trouble.someWait : trouble.canAnswer
  if (network === 'offline') return calm(trouble.offline, comfort)
  if (session === 'signed-out') return alarm(trouble.signedOut)
  if (network === 'unreachable') return calm(trouble.unreachable, comfort)
  if (unreadable > 0) return alarm(counted(trouble.unreadable, unreadable))
  return stalled ? calm(trouble.stalled, comfort) : undefined
}

/** A page without anything on it: what is said instead. */
export interface Nothing {
  readonly icon: IconName
  readonly title: string
  readonly says: string
  /** What helps, if something does. */
  readonly help: 'again' | 'reload' | undefined
}

/** Why there is nothing to show, where nothing has come yet. */
export function nothingBecause({ text }: Words, status: SyncStatus): Nothing | undefined {
  const { nothing } = text
  const stored = status.storage === 'full' ? undefined : storageWords(text, status)
  if (stored) return { icon: 'disk', title: nothing.storage, says: stored, help: 'reload' }
  if (status.session === 'signed-out')
    return { icon: 'lock', title: nothing.signedOut, says: nothing.signedOutSays, help: 'again' }
  if (status.network === 'online') return undefined
  return { icon: 'offline', title: nothing.unreachable, says: nothing.unreachableSays, help: 'again' }
}

/** Why an event that is not on this device could not be brought. */
export function noEventBecause({ text }: Words, code: RsvpStoreErrorCode | undefined): Nothing {
  const { nothing, storage } = text
  switch (code) {
    case 'unreachable':
      return {
        icon: 'offline',
        title: nothing.eventUnreachable,
        says: nothing.eventUnreachableSays,
        help: 'again',
      }
    case 'signed-out':
      return { icon: 'lock', title: nothing.signedOut, says: nothing.eventSignedOutSays, help: 'again' }
    case 'storage-full':
      return { icon: 'disk', title: nothing.storage, says: storage.full, help: 'again' }
    case 'storage-outdated':
      return { icon: 'disk', title: nothing.storage, says: storage.outdated, help: 'reload' }
    case 'storage-unavailable':
      return { icon: 'disk', title: nothing.storage, says: storage.unavailable, help: 'reload' }
    default:
      return { icon: 'calendar', title: nothing.event, says: nothing.eventSays, help: 'again' }
  }
}

import type {
  EventView,
  Failure,
  FailureKind,
  RsvpStatus,
  RsvpStoreErrorCode,
  RsvpWindow,
  StorageState,
  SyncMark,
  SyncStatus,
} from '../../src/index.ts'

/** Everything the app says. A person's words: nothing here needs the README. */

export const APP = 'Gatherings'

export const ANSWERS: readonly RsvpStatus[] = ['going', 'interested', 'not_going']
export const ANSWER: Record<RsvpStatus, string> = {
  going: 'Going',
  interested: 'Interested',
  not_going: "Can't go",
}
export const answerWord = (status: string): string => ANSWER[status as RsvpStatus] ?? status

export const MARK: Record<SyncMark, string> = {
  synced: 'Saved',
  saving: 'Saving on this device…',
  queued: 'Waiting to send',
  sending: 'Sending…',
  failed: 'Not accepted',
}

/** Above the buttons while nothing was said. */
export const QUESTION: Record<RsvpWindow, string> = {
  open: 'Will you be there?',
  closing: 'Just about to start',
  closed: 'Answers are closed',
}

/** The same, where there is room for one word. */
export const MARK_SHORT: Record<SyncMark, string> = {
  synced: '',
  saving: 'saving',
  queued: 'waiting',
  sending: 'sending',
  failed: 'Not accepted',
}

const REASON: Record<FailureKind, string> = {
  refused: 'The organiser’s server said no.',
  forbidden: 'You are not allowed to answer this one.',
  'event-gone': 'This event no longer exists.',
  'event-live': 'It had started before your answer got through.',
  'event-ended': 'It was over before your answer got through.',
  'event-cancelled': 'The organiser has cancelled it.',
  'no-reply': 'The server did not answer.',
  'timed-out': 'The server took too long to answer.',
  'server-error': 'The server is having trouble.',
  'not-the-api': 'Something else answered, maybe a Wi-Fi sign-in page.',
  'rate-limited': 'The server is very busy right now.',
  'signed-out': 'You are signed out.',
}
export const reasonOf = ({ kind }: Failure): string => REASON[kind]

const PROBLEM: Partial<Record<RsvpStoreErrorCode, string>> = {
  'rsvp-closed': 'This event takes no answers any more. Yours was not saved.',
  'storage-full': 'There is no room left on this device. Your answer was not saved.',
  'storage-outdated': 'A newer version of the app is open. Reload, then answer again.',
  'storage-unavailable': 'This browser cannot keep answers right now. Yours was not saved.',
}
export const problemOf = (code: RsvpStoreErrorCode | undefined): string =>
  PROBLEM[code ?? 'closed'] ?? 'That did not work. Your answer was not saved.'

const STORAGE: Record<StorageState, string | undefined> = {
  opening: undefined,
  ready: undefined,
  blocked: 'The app is also open in another tab. Close that one to go on.',
  outdated: 'A newer version of the app is open in another tab. Reload this one.',
  full: 'There is no room left on this device. New answers cannot be saved.',
  lost: undefined, // said with the number of answers
  unavailable: 'This browser cannot keep answers, maybe because it is a private window.',
}

export interface Trouble {
  readonly tone: 'calm' | 'alarm'
  readonly text: string
}

/** What stands in the way now, if anything: the worst of it. */
export function troubleOf(status: SyncStatus): Trouble | undefined {
  const { storage, session, network, queued, stalled, unreadable = 0, lostAnswers = 0 } = status
  const text =
    storage === 'lost' && lostAnswers > 0
      ? `This browser deleted ${count(lostAnswers, 'answer', 'answers')} before we could send them. Please answer again.`
      : STORAGE[storage]
  if (text) return { tone: 'alarm', text }
  const comfort =
    queued > 0
      ? 'Your answers are safe on this device and will be sent later.'
      : 'You can still answer; it goes out later.'
  if (network === 'offline') return { tone: 'calm', text: `You’re offline. ${comfort}` }
  if (session === 'signed-out')
    return { tone: 'alarm', text: 'You’re signed out. Your answers wait here until you are back in.' }
  if (network === 'unreachable') return { tone: 'calm', text: `No word from the server. ${comfort}` }
  if (unreadable > 0)
    return {
      tone: 'alarm',
      text: `This version of the app cannot read ${unreadable} of your answers. Reload to get the newest version.`,
    }
  if (stalled) return { tone: 'calm', text: `Sending takes unusually long on this device. ${comfort}` }
  return undefined
}

/** Why the answers are closed or nearly so. */
export function windowWords({ rsvpWindow, status, isDeleted }: EventView): string | undefined {
  if (rsvpWindow === 'open') return undefined
  if (rsvpWindow === 'closing') return 'You can only still say that you can’t come.'
  if (isDeleted || status === 'cancelled') return 'This event was cancelled. No answers needed.'
  if (status === 'ended') return 'This event is over.'
  return 'This event has started.'
}

/** The label on a picture; nothing for an event that is simply to come. */
export function stateWords({ rsvpWindow, status, isDeleted }: EventView): string | undefined {
  if (isDeleted || status === 'cancelled') return 'Cancelled'
  if (status === 'ended') return 'Over'
  if (rsvpWindow === 'closed') return 'On now'
  return rsvpWindow === 'closing' ? 'Starts any minute' : undefined
}

export const count = (many: number, one: string, more: string): string => `${many} ${many === 1 ? one : more}`
export const outboxName = (many: number): string =>
  many === 0 ? 'Outbox, empty' : `Outbox, ${count(many, 'answer', 'answers')} not sent yet`

/** Why there is nothing to show, where nothing has come yet. */
export function listTrouble({ network, session }: SyncStatus): string | undefined {
  const nothing = 'nothing has been kept on this device yet.'
  if (session === 'signed-out') return `You are signed out, and ${nothing}`
  return network === 'online' ? undefined : `We could not reach the server, and ${nothing}`
}

import type { EventView, FailureKind, RsvpStatus, RsvpWindow, SyncMark, SyncStatus } from '../../src/index.ts'

const MARK: Record<SyncMark, string> = {
  synced: 'Saved',
  saving: 'Saving on this device…',
  queued: 'Waiting to send',
  sending: 'Sending…',
  failed: 'Not accepted',
}

/** While nothing was said. */
const QUESTION: Record<RsvpWindow, string> = {
  open: 'Will you be there?',
  closing: 'Just about to start',
  closed: 'Answers are closed',
}

export const ANSWER: Record<RsvpStatus, string> = {
  going: 'Going',
  interested: 'Interested',
  not_going: "Can't go",
}

export const NETWORK: Record<SyncStatus['network'], string> = {
  online: 'Online',
  offline: 'Offline: answers are sent later',
  unreachable: 'No word from the server: answers are sent later',
}

/** Where the server's own word may be one for programmers. */
const REASON: Partial<Record<FailureKind, string>> = {
  forbidden: 'You are not allowed to answer this one.',
  'event-gone': 'This event no longer exists.',
  'event-live': 'It had started before your answer got through.',
  'event-ended': 'It was over before your answer got through.',
  'event-cancelled': 'The organiser has cancelled it.',
}

/** Why the server did not take my answer. */
export const reasonOf = ({ myRsvp: { failure } }: EventView): string =>
  failure ? (REASON[failure.kind] ?? failure.message) : ''

/** How far my answer has come. */
export const markOf = ({ myRsvp: { status, sync }, rsvpWindow }: EventView): string =>
  status === null && sync === 'synced' ? QUESTION[rsvpWindow] : MARK[sync]

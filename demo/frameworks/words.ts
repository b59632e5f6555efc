import type { EventView, RsvpStatus, RsvpWindow, SyncMark, SyncStatus } from '../../src/index.ts'

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

/** How far my answer has come. */
export const markOf = ({ myRsvp: { status, sync }, rsvpWindow }: EventView): string =>
  status === null && sync === 'synced' ? QUESTION[rsvpWindow] : MARK[sync]

import type { EventRow, FileRow, ResponseRow, RsvpStatus, UserRow } from '../model/entities.ts'
import type { Failure } from '../model/failure.ts'
import type { Moment } from '../model/moment.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import { type RsvpWindow, rsvpWindow } from '../model/rsvp-window.ts'

/** How far my answer has come. */
export type SyncMark = 'synced' | 'saving' | 'queued' | 'sending' | 'failed'

export interface MyRsvp {
  /** What I last said; the server's word when nothing of mine is open. */
  readonly status: RsvpStatus | null
  readonly sync: SyncMark
  /** Why it failed, or why it still waits. */
  readonly failure?: Failure
}

/** An event as the user sees it: the server's row, with my unsettled answer laid over it. */
export interface EventView extends EventRow {
  readonly myRsvp: MyRsvp
  readonly rsvpWindow: RsvpWindow
  readonly cover?: FileRow
  readonly host?: UserRow
}

/** One person's answer with the person and their picture. Mine is as I last said it. */
export interface AttendeeView extends ResponseRow {
  readonly user?: UserRow
  readonly avatar?: FileRow
  readonly isMe: boolean
  /** How far my own answer has come; always `synced` for others. */
  readonly sync: SyncMark
}

/** A tap that the newest snapshot does not know yet: on its way to disk (`after` an earlier one), or just there. */
export type Tap =
  | { readonly phase: 'saving'; readonly status: RsvpStatus; readonly after?: Tap | undefined }
  | { readonly phase: 'saved'; readonly entry: OutboxEntry | undefined }

/** My answer: the server's word, under my open entry, under the tap of this instant. */
export function myRsvp(
  response: ResponseRow | undefined,
  entry: OutboxEntry | undefined,
  tap?: Tap | undefined,
): MyRsvp {
  if (tap?.phase === 'saved') return myRsvp(response, tap.entry)
  const known = tap?.after ? myRsvp(response, entry, tap.after) : ofEntry(response, entry)
  if (tap && (tap.status !== known.status || known.sync === 'failed'))
    return { status: tap.status, sync: 'saving' }
  return known
}

/** A refused answer stops overlaying: the server's word shows again, with the reason beside it. */
function ofEntry(response: ResponseRow | undefined, entry: OutboxEntry | undefined): MyRsvp {
  const said = (response?.status as RsvpStatus | undefined) ?? null
  if (!entry) return { status: said, sync: 'synced' }
  return {
    status: entry.state === 'failed' ? said : entry.status,
    sync: entry.state,
    ...(entry.failure && { failure: entry.failure }),
  }
}

/** A counter as it will be once my answer is settled; never below zero. */
export function adjusted(
  count: number,
  counted: RsvpStatus,
  server: string | null,
  mine: string | null,
): number {
  return Math.max(0, count - (server === counted ? 1 : 0) + (mine === counted ? 1 : 0))
}

/** Row + answer = view. Pure; the counters, the status and the mark always come from the same facts. */
export function overlay(
  facts: {
    readonly event: EventRow
    readonly response?: ResponseRow | undefined
    readonly entry?: OutboxEntry | undefined
    readonly tap?: Tap | undefined
    readonly cover?: FileRow | undefined
    readonly host?: UserRow | undefined
  },
  now: Moment,
): EventView {
  const { event, response, cover, host } = facts
  const mine = myRsvp(response, facts.entry, facts.tap)
  const server = response?.status ?? null
  const { rsvpCount, interestedCount } = event
  return {
    ...event,
    ...(rsvpCount !== undefined && { rsvpCount: adjusted(rsvpCount, 'going', server, mine.status) }),
    ...(interestedCount !== undefined && {
      interestedCount: adjusted(interestedCount, 'interested', server, mine.status),
    }),
    myRsvp: mine,
    rsvpWindow: rsvpWindow(event, now),
    ...(cover && { cover }),
    ...(host && { host }),
  }
}

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

/**
 * My answer: the server's word, under my open entry, under the tap of this instant. A refused entry stops overlaying:
 * the server's word shows again, with the reason beside it.
 */
export function myRsvp(
  response: ResponseRow | undefined,
  entry: OutboxEntry | undefined,
  tap?: Tap | undefined,
): MyRsvp {
  if (tap?.phase === 'saved') return myRsvp(response, tap.entry)
  if (tap) {
    const known = myRsvp(response, entry, tap.after)
    const isNews = tap.status !== known.status || known.sync === 'failed'
    return isNews ? { status: tap.status, sync: 'saving' } : known
  }
  const said = (response?.status as RsvpStatus | undefined) ?? null
  if (!entry) return { status: said, sync: 'synced' }
  const { state, status, failure } = entry
  return { status: state === 'failed' ? said : status, sync: state, ...(failure && { failure }) }
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
  const { event, response, entry, tap, cover, host } = facts
  const mine = myRsvp(response, entry, tap)
  const counter = (name: 'rsvpCount' | 'interestedCount', counted: RsvpStatus) => {
    const count = event[name]
    return count !== undefined && { [name]: adjusted(count, counted, response?.status ?? null, mine.status) }
  }
  return {
    ...event,
    ...counter('rsvpCount', 'going'),
    ...counter('interestedCount', 'interested'),
    myRsvp: mine,
    rsvpWindow: rsvpWindow(event, now),
    ...(cover && { cover }),
    ...(host && { host }),
  }
}

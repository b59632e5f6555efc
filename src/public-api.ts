/// <reference lib="esnext.disposable" preserve="true" />
import type { Observable } from 'rxjs'
import type { RsvpStatus } from './model/entities.ts'
import type { EventId } from './model/ids.ts'
import type { RsvpInput } from './model/input.ts'
import type { OutboxEntry } from './model/outbox-entry.ts'
import type { Outcome } from './model/outcome.ts'
import type { Inspection, PruneOptions, PruneReport } from './model/prune.ts'
import type { AttendeesQueryInput, EventsQueryInput } from './model/queries.ts'
import type { Cancellable, MergeReport, PullReport } from './model/reports.ts'
import type { SyncStatus } from './model/status.ts'
import type { RequestStep } from './remote/request-step.ts'
import type { ListObservable } from './views/list.ts'
import type { AttendeeView, EventView } from './views/overlay.ts'

/** What `rsvp` gives back once the answer is on disk. */
export interface Receipt {
  readonly eventId: EventId
  readonly status: RsvpStatus
  /** How the answer ended. Never rejects; stays open when the store is closed first: ask `settled()` next time. */
  readonly settled: Promise<Outcome>
}

export interface LogoutOptions {
  /** What becomes of answers that did not reach the server. @defaultValue `'keep'` */
  readonly unsent?: 'keep' | 'discard' | 'send'
}

export interface LogoutResult {
  /** How many answers had not reached the server. */
  readonly unsent: number
}

export interface RsvpStore {
  /**
   * Answers an event. Observers see it before this returns; resolves once it is on disk, not once it is sent.
   * Saying again what the server already has sends nothing.
   * @throws RsvpStoreError `invalid-argument`, `rsvp-closed`, a storage error, or `closed`; then nothing was stored.
   */
  rsvp(eventId: string, status: RsvpStatus): Promise<Receipt>
  /**
   * Answers several events, each once: all are stored, or none. Each observer sees them in one go. An empty list does
   * nothing.
   * @throws RsvpStoreError as `rsvp`; `invalid-argument` names the answer (`answers[2].status`).
   */
  rsvpAll(answers: readonly RsvpInput[]): Promise<readonly Receipt[]>
  /** How my open answer to this event ends, or ended: from the tables, in any tab, also after a reload. */
  settled(eventId: string): Promise<Outcome>
  /** Sends a failed answer, or one that waits, as soon as the server allows. Nothing happens when there is none. */
  retry(eventId: string): Promise<void>
  /**
   * Drops a failed answer, or one that waits; not one given since in another tab, where this one slept. Does not call
   * back a request already on its way.
   */
  discard(eventId: string): Promise<void>

  /**
   * One event with my answer laid over it; `undefined` while it is not known here. What is observed is shown from this
   * device first, and kept fresh by pulls (`pull.everyMs`), which end with the last observer.
   */
  event$(eventId: string): Observable<EventView | undefined>
  /** Events by start time, without deleted ones, each with my answer laid over it. */
  events$(query?: EventsQueryInput): ListObservable<EventView>
  /** Who answered, the first to answer first, my unsettled answer included. */
  attendees$(eventId: string, query?: AttendeesQueryInput): ListObservable<AttendeeView>
  /** My answers that the server has not settled, the oldest first. */
  readonly outbox$: Observable<readonly OutboxEntry[]>
  readonly status$: Observable<SyncStatus>
  /** Each request of this store from now on, as it leaves and as its end is known: for the app's own log. */
  readonly requests$: Observable<RequestStep>

  /**
   * Pulls reject with `unreachable`, `signed-out`, `refused`, `cancelled`, `closed` or a storage error; pages merged so
   * far stay. How far they are is in `status$`.
   */
  pullEvents(query?: EventsQueryInput, options?: Cancellable): Promise<PullReport>
  pullEvent(eventId: string, options?: Cancellable): Promise<PullReport>
  pullMyRsvps(query?: AttendeesQueryInput, options?: Cancellable): Promise<PullReport>
  pullAttendees(eventId: string, query?: AttendeesQueryInput, options?: Cancellable): Promise<PullReport>
  /** Merges any reply of the API, or a live message; rows that are older than what is known change nothing. */
  merge(bundle: unknown): Promise<MergeReport>
  /**
   * Gives back room: takes events that have ended, what others have answered to them, and people and pictures that
   * nobody needs any more off this device. What waits to be sent, and what any tab shows, stays. Resolves a second or so
   * later, when it is gone. The server keeps everything; what is watched again is pulled again.
   */
  prune(options?: PruneOptions): Promise<PruneReport>
  /** What is stored on this device. Reads a little of every table. */
  inspect(): Promise<Inspection>
  /** Pushes and pulls what is due now; does not wait for it. */
  sync(): void

  /** Ends this user's session here; the store is closed afterwards. `discard` deletes all of the user's data. */
  logout(options?: LogoutOptions): Promise<LogoutResult>
  /** Completes every observable, gives up requests and closes the database. Answers stay on disk. */
  close(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

import { browserPorts } from './adapters/browser.ts'
import { checkOptions, type RsvpStoreOptions } from './options.ts'
import type { RsvpStore } from './public-api.ts'
import { createStore } from './store.ts'

/**
 * Makes the RSVP store of one user. Synchronous; the database is opened in the background, and where there is no
 * IndexedDB (server rendering) nothing starts at all.
 * @throws RsvpStoreError `invalid-argument` that names the option.
 */
export function createRsvpStore(options: RsvpStoreOptions): RsvpStore {
  checkOptions(options)
  return createStore(options, { ...browserPorts(), ...options.ports })
}

export type { QuarantinedRow } from './model/bundle.ts'
export type { Conflict, OnConflict } from './model/conflict.ts'
export type {
  EventRow,
  EventStatus,
  EventType,
  FileAttributes,
  FileRow,
  IsoTime,
  ResponseRow,
  RsvpStatus,
  UserRow,
} from './model/entities.ts'
export { RsvpStoreError, type RsvpStoreErrorCode } from './model/errors.ts'
export type { Failure, FailureKind } from './model/failure.ts'
export type { Feed, FeedMessage, FeedOpened, FeedState } from './model/feed.ts'
export type { EventId, FileId, UserId } from './model/ids.ts'
export type { MomentInput, RsvpInput } from './model/input.ts'
export type { Lease, OutboxEntry } from './model/outbox-entry.ts'
export type { Outcome } from './model/outcome.ts'
export type { Inspection, MirrorOptions, PruneOptions, PruneReport } from './model/prune.ts'
export type { AttendeesQuery, AttendeesQueryInput, EventsQuery, EventsQueryInput } from './model/queries.ts'
export type { Cancellable, MergeReport, PullReport } from './model/reports.ts'
export type { RsvpWindow } from './model/rsvp-window.ts'
export type { PullProgress, StallReason, StorageState, SyncStatus } from './model/status.ts'
export type { PullOptions, PushOptions, RsvpStoreOptions } from './options.ts'
export type {
  ClockPort,
  ConnectivityPort,
  FetchPort,
  IndexedDbPort,
  LifecyclePort,
  LifecycleState,
  LocksPort,
  Ports,
  RandomPort,
  Stop,
  WitnessPort,
} from './ports.ts'
export type { LogoutOptions, LogoutResult, Receipt, RsvpStore } from './public-api.ts'
export type {
  Meaning,
  Page,
  Question,
  Remote,
  RemoteError,
  RemoteReply,
  RemoteRequest,
} from './remote/remote.ts'
export type { RequestStep } from './remote/request-step.ts'
export type { GetToken } from './remote/session.ts'
export { socialPlus } from './remote/social-plus.ts'
export type { ListMarks, ListObservable, ListView } from './views/list.ts'
export type { AttendeeView, EventView, MyRsvp, SyncMark } from './views/overlay.ts'

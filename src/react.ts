'use client'

import { useMemo } from 'react'
import type { RsvpStatus } from './model/entities.ts'
import type { Failure } from './model/failure.ts'
import type { OutboxEntry } from './model/outbox-entry.ts'
import type { AttendeesQueryInput, EventsQueryInput } from './model/queries.ts'
import type { RsvpWindow } from './model/rsvp-window.ts'
import type { SyncStatus } from './model/status.ts'
import type { Receipt } from './public-api.ts'
import {
  attendeesQuestion,
  attendeesText,
  eventQuestion,
  eventsQuestion,
  eventsText,
  OUTBOX,
  STATUS,
} from './react/questions.ts'
import { useRsvpStore } from './react/store-context.ts'
import { useKnown, useLatest, useList, useSelected } from './react/use-held.ts'
import type { ListView } from './views/list.ts'
import type { AttendeeView, EventView, SyncMark } from './views/overlay.ts'

export { RsvpStoreProvider, type RsvpStoreProviderProps, useRsvpStore } from './react/store-context.ts'

export interface UseEventOptions {
  /** Suspend until the event is known. @defaultValue `false` */
  readonly suspense?: boolean
}

/**
 * One event, as `store.event$`; `undefined` while it is not known here. With `suspense: true` the component suspends
 * until it is known; on a server, which knows none, its `Suspense` boundary then shows the fallback.
 * @throws RsvpStoreError `invalid-argument`, into the render; with `suspense: true` also `refused`, where the server says
 * that there is no such event, or not for me.
 */
export function useEvent(eventId: string, options: UseEventOptions & { readonly suspense: true }): EventView
export function useEvent(eventId: string, options?: UseEventOptions): EventView | undefined
export function useEvent(eventId: string, { suspense = false }: UseEventOptions = {}): EventView | undefined {
  const question = useMemo(() => eventQuestion(eventId), [eventId])
  const useIt = suspense ? useKnown<EventView> : useLatest<EventView | undefined>
  return useIt(question)
}

export interface UsedEvents {
  /** `undefined` until the first value. */
  readonly events: ListView<EventView> | undefined
  /** As `loadMore` of `store.events$`, for every component that shows the same list. Stable between renders. */
  readonly loadMore: () => Promise<void>
}

/**
 * A list of events, as `store.events$`. The query is compared by value: it may be written in place. What `loadMore` has
 * added stays until the last component that shows the list has gone.
 * @throws RsvpStoreError `invalid-argument`, into the render.
 */
export function useEvents(query?: EventsQueryInput): UsedEvents {
  const text = eventsText(query)
  const [events, loadMore] = useList(useMemo(() => eventsQuestion(text), [text]))
  return { events, loadMore }
}

export interface UsedAttendees {
  /** `undefined` until the first value. */
  readonly attendees: ListView<AttendeeView> | undefined
  /** As `loadMore` of `store.attendees$`, for every component that shows the same list. Stable between renders. */
  readonly loadMore: () => Promise<void>
}

/** Who answered, as `store.attendees$`; otherwise as `useEvents`. */
export function useAttendees(eventId: string, query?: AttendeesQueryInput): UsedAttendees {
  const text = attendeesText(query)
  const [attendees, loadMore] = useList(useMemo(() => attendeesQuestion(eventId, text), [eventId, text]))
  return { attendees, loadMore }
}

export interface UsedRsvp {
  /** What I last said; `null` when nothing, `undefined` while the event is not known here. So are the three below. */
  readonly status: RsvpStatus | null | undefined
  readonly sync: SyncMark | undefined
  /** Why it failed, or why it still waits. */
  readonly failure: Failure | undefined
  readonly rsvpWindow: RsvpWindow | undefined
  /** As `store.rsvp`: shown at once, resolves when it is on disk. This and the others are stable between renders. */
  readonly answer: (status: RsvpStatus) => Promise<Receipt>
  readonly retry: () => Promise<void>
  readonly discard: () => Promise<void>
}

/** My answer to an event, and what can be done about it. It shares its subscription with `useEvent`. */
export function useRsvp(eventId: string): UsedRsvp {
  const store = useRsvpStore()
  const event = useEvent(eventId)
  const verbs = useMemo(
    () => ({
      answer: (status: RsvpStatus) => store.rsvp(eventId, status),
      retry: () => store.retry(eventId),
      discard: () => store.discard(eventId),
    }),
    [store, eventId],
  )
  const { status, sync, failure } = event?.myRsvp ?? {}
  return { status, sync, failure, rsvpWindow: event?.rsvpWindow, ...verbs }
}

/** My answers that the server has not settled, the oldest first; `undefined` until they were read. */
export function useOutbox(): readonly OutboxEntry[] | undefined {
  return useLatest(OUTBOX)
}

/**
 * Everything about the store that a user may have to know; `undefined` until the first value, and on a server. It changes
 * often: with `select`, a component renders only when what it selects is another, compared as JSON.
 */
export function useSyncStatus(): SyncStatus | undefined
export function useSyncStatus<S>(select: (status: SyncStatus) => S): S | undefined
export function useSyncStatus<S>(
  select: (status: SyncStatus) => S | SyncStatus = whole,
): S | SyncStatus | undefined {
  return useSelected(STATUS, select)
}

const whole = (status: SyncStatus): SyncStatus => status

import { filter, map, type Observable } from 'rxjs'
import type { RsvpStoreError } from '../model/errors.ts'
import type { Failure } from '../model/failure.ts'
import { checkEventId } from '../model/input.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import {
  type AttendeesQueryInput,
  type EventsQueryInput,
  toAttendeesQuery,
  toEventsQuery,
} from '../model/queries.ts'
import type { SyncStatus } from '../model/status.ts'
import type { RsvpStore } from '../public-api.ts'
import { pullError } from '../remote/pull-error.ts'
import type { RequestStep } from '../remote/request-step.ts'
import type { ListObservable } from '../views/list.ts'
import type { AttendeeView, EventView } from '../views/overlay.ts'
import type { Question } from './held.ts'

export const OUTBOX: Question<Observable<readonly OutboxEntry[]>> = {
  key: 'outbox',
  ask: (store) => store.outbox$,
}

export const STATUS: Question<Observable<SyncStatus>> = { key: 'status', ask: (store) => store.status$ }

/** Throws `invalid-argument` here already, while the component that is wrong renders. */
export function eventQuestion(eventId: string): Question<Observable<EventView | undefined>> {
  return {
    key: `event ${checkEventId(eventId)}`,
    ask: (store) => store.event$(eventId),
    refusal$: refusalsOf(eventId),
  }
}

type Refused = Extract<RequestStep, { readonly failure: Failure }>

/** There is no such event, or not for me. Silence is no refusal: the store goes on asking. */
const refusalsOf =
  (eventId: string) =>
  ({ requests$ }: RsvpStore): Observable<RsvpStoreError> =>
    requests$.pipe(
      filter(
        (step): step is Refused =>
          step.question.ask === 'event' && step.question.eventId === eventId && 'failure' in step,
      ),
      map(({ verdict, failure }) => pullError({ kind: verdict, failure })),
      filter(({ code }) => code === 'refused'),
    )

/** A query in one form, as text: equal for queries that mean the same. Throws `invalid-argument`. */
export function eventsText(query?: EventsQueryInput): string {
  const { by, descending, ...rest } = toEventsQuery(query)
  return JSON.stringify({ ...rest, orderBy: `${descending ? '-' : ''}${by}` })
}

export const attendeesText = (query?: AttendeesQueryInput): string => JSON.stringify(toAttendeesQuery(query))

export function eventsQuestion(text: string): Question<ListObservable<EventView>> {
  return { key: `events ${text}`, ask: (store) => store.events$(JSON.parse(text) as EventsQueryInput) }
}

export function attendeesQuestion(eventId: string, text: string): Question<ListObservable<AttendeeView>> {
  return {
    key: `attendees ${checkEventId(eventId)} ${text}`,
    ask: (store) => store.attendees$(eventId, JSON.parse(text) as AttendeesQueryInput),
  }
}

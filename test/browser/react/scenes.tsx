import { Component, type ReactNode, Suspense, useLayoutEffect, useRef } from 'react'
import type { EventsQueryInput, EventView, RsvpStoreError } from '../../../src/index.ts'
import {
  useAttendees,
  useEvent,
  useEvents,
  useOutbox,
  useRsvp,
  useRsvpStore,
  useSyncStatus,
} from '../../../src/react.ts'

/** Every render, as the component saw it; cleared by the tests. */
export const renders: string[] = []
/** After each commit: what the components of class `same` show, each value once. */
export const commits: string[][] = []

function useCommits() {
  useLayoutEffect(() => {
    const shown = [...document.querySelectorAll('.same')].map(({ textContent }) => textContent ?? '')
    commits.push([...new Set(shown)])
  })
}

const numbers = new WeakMap<object, number>()
let count = 0
/** The same number for the same object. */
function numberOf(view: object): number {
  const number = numbers.get(view) ?? ++count
  numbers.set(view, number)
  return number
}

const asText = (event: EventView | undefined) =>
  event ? `${event.eventId} ${event.myRsvp.status} ${event.rsvpCount}` : 'unknown'

interface OfEvent {
  readonly id: string
  /** Begins each line of `renders`. */
  readonly name?: string
}

/** An event; its line has the event's own id, and changes with each new view. */
export function Title({ id, name = 'title' }: OfEvent) {
  const event = useEvent(id)
  renders.push(`${name} ${id}: ${event ? `${event.eventId} ${numberOf(event)}` : 'unknown'}`)
  useCommits()
  return <p className="same">{asText(event)}</p>
}

/** My answer in the store of whom. */
export function Mine({ id }: OfEvent) {
  const { userId } = useRsvpStore() as unknown as { readonly userId: string }
  const { status, sync, failure, rsvpWindow, ...verbs } = useRsvp(id)
  const event = useEvent(id)
  const first = useRef(verbs)
  const isSame = Object.values(verbs).every((verb, index) => verb === Object.values(first.current)[index])
  renders.push(
    `${userId} ${id}: ${status} ${event ? numberOf(event) : 'unknown'}${isSame ? '' : ' other verbs'}`,
  )
  return (
    <section>
      <output>
        {`${status} ${rsvpWindow} ${sync === 'failed' ? `failed ${failure?.kind}` : ''}`.trim()}
      </output>
      <button type="button" onClick={() => verbs.answer('going')}>
        Going
      </button>
      <button type="button" onClick={() => verbs.retry()}>
        Retry
      </button>
      <button type="button" onClick={() => verbs.discard()}>
        Discard
      </button>
    </section>
  )
}

/** A list that is given a new query object each time it renders. */
export function List({ query }: { readonly query: EventsQueryInput }) {
  const { events, loadMore } = useEvents({ ...query })
  const first = useRef(loadMore)
  const isSame = first.current === loadMore
  renders.push(
    `list ${query.status ?? query.limit}: ${events?.length ?? 'unknown'}${isSame ? '' : ' another loadMore'}`,
  )
  return (
    <>
      <ul>
        {events?.map(({ eventId }) => (
          <li key={eventId}>{eventId}</li>
        ))}
      </ul>
      <button type="button" onClick={() => loadMore()}>
        More
      </button>
    </>
  )
}

/** Who comes, what waits, and how the store is. */
export function Around({ id }: OfEvent) {
  const { attendees, loadMore } = useAttendees(id, { limit: 1, status: 'going' })
  const outbox = useOutbox()
  const status = useSyncStatus()
  return (
    <>
      <output>{`${attendees?.map(({ userId }) => userId).join()}; ${outbox?.length}; ${status?.storage}`}</output>
      <button type="button" onClick={() => loadMore()}>
        More
      </button>
    </>
  )
}

/** Of all there is to know of the store, what waits; made anew in each render. */
export function Waiting() {
  const waiting = useSyncStatus(({ queued, failed }) => ({ queued, failed }))
  renders.push(`waiting: ${waiting ? `${waiting.queued} ${waiting.failed} ${numberOf(waiting)}` : 'unknown'}`)
  return <output>{waiting?.queued}</output>
}

/** Suspends until the event is known. */
export function Detail({ id }: OfEvent) {
  const event = useEvent(id, { suspense: true })
  renders.push(`detail ${id}: ${event.eventId}`)
  return <h2>{event.eventId}</h2>
}

export function Waits({ id }: OfEvent) {
  return (
    <Suspense fallback={<h2>a moment</h2>}>
      <Detail id={id} />
    </Suspense>
  )
}

/** Shows why a component below it has thrown; another key is another try. */
export class Catches extends Component<{ readonly children?: ReactNode }> {
  override state: { readonly error?: RsvpStoreError } = {}
  static getDerivedStateFromError = (error: RsvpStoreError) => ({ error })
  override render() {
    const { error } = this.state
    return error ? <h2>{`${error.code}: ${error.failure?.kind}`}</h2> : this.props.children
  }
}

/** So many components that show the same event, each slow: React lets others run in between. */
export function Slow({ id, during }: OfEvent & { readonly during: () => void }) {
  return Array.from({ length: 40 }, (_, index) => (
    <Cell key={String(index)} id={id} during={index === 20 ? during : undefined} />
  ))
}

const CELL_MS = 5

function Cell({ id, during }: OfEvent & { readonly during: (() => void) | undefined }) {
  const event = useEvent(id)
  renders.push(`cell: ${asText(event)}`)
  useCommits()
  during?.()
  const end = performance.now() + CELL_MS
  while (performance.now() < end);
  return <i className="same">{asText(event)}</i>
}

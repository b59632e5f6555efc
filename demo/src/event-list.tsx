import { useLayoutEffect, useMemo } from 'react'
import type { EventView, ListView, SyncStatus } from '../../src/index.ts'
import { EventCard, SkeletonCard } from './event-card.tsx'
import { ShowMore } from './show-more.tsx'
import { store } from './store.ts'
import { monthOf } from './time-words.ts'
import { APP, listTrouble } from './words.ts'

/** Whose pictures a phone shows at once. */
const SEEN_FIRST = 2

const BONES = ['a', 'b', 'c', 'd', 'e', 'f']

/** Where the list was left, so that coming back is coming back. */
let left: { readonly scrollY: number; readonly eventId: string | undefined } | undefined

export const leaveListFor = (eventId: string | undefined): void => {
  left = { scrollY: left?.scrollY ?? 0, eventId }
}

/** The upcoming events by month. */
export function EventList({
  events,
  status,
  onMore,
}: {
  readonly events: ListView<EventView> | undefined
  readonly status: SyncStatus | undefined
  readonly onMore: () => Promise<void>
}) {
  useLayoutEffect(() => {
    document.title = APP
    if (left) {
      scrollTo(0, left.scrollY)
      const selector = `[data-event-id="${CSS.escape(left.eventId ?? '')}"] a`
      document.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true })
    }
    return () => {
      left = { scrollY, eventId: undefined }
    }
  }, [])

  const months = useMemo(() => byMonth(events ?? []), [events])

  if (months.length > 0)
    return (
      <>
        {months.map(([month, inMonth], at) => (
          <section key={month} className="month" aria-labelledby={`month-${month}`}>
            <h2 id={`month-${month}`}>{month}</h2>
            <ul className="cards">
              {inMonth.map((event, place) => (
                <li key={event.eventId}>
                  <EventCard event={event} eager={at === 0 && place < SEEN_FIRST} />
                </li>
              ))}
            </ul>
          </section>
        ))}
        {events?.hasMore && <ShowMore what="events" onMore={onMore} />}
      </>
    )

  const trouble = status && listTrouble(status)
  if (!events?.isComplete && !trouble)
    return (
      <section className="month" aria-busy="true" aria-label="Loading events">
        <h2 className="bone month-bone">&nbsp;</h2>
        <div className="cards">
          {BONES.map((bone) => (
            <SkeletonCard key={bone} />
          ))}
        </div>
      </section>
    )

  return (
    <div className="empty">
      <h2>{events?.isComplete ? 'Nothing coming up' : 'Nothing to show yet'}</h2>
      <p>{events?.isComplete ? 'No events are planned right now. Look in again another day.' : trouble}</p>
      <button type="button" className="button" onClick={store.sync}>
        Try again
      </button>
    </div>
  )
}

function byMonth(events: readonly EventView[]): readonly (readonly [string, readonly EventView[]])[] {
  const eventsByMonth = new Map<string, EventView[]>()
  for (const event of events) {
    const month = event.startTime ? monthOf(event.startTime) : 'Date to be announced'
    eventsByMonth.set(month, [...(eventsByMonth.get(month) ?? []), event])
  }
  return [...eventsByMonth]
}

import { useCallback, useEffect, useMemo, useRef } from 'react'
import type { EventView } from '../../src/index.ts'
import { Attendees } from './attendees.tsx'
import { Cover } from './cover.tsx'
import { DateBadge, placeOf, StateBadge } from './event-card.tsx'
import { Icon } from './icon.tsx'
import { LIST_HREF } from './route.ts'
import { ShowMore } from './show-more.tsx'
import { store } from './store.ts'
import { longDate, timeSpan } from './time-words.ts'
import { useObservable } from './use-observable.ts'
import { usePull } from './use-pull.ts'
import { APP } from './words.ts'

const ATTENDING = { status: ['going', 'interested'], limit: 50 } as const

/** One event: what, when, where, and who comes. */
export function EventPage({ eventId }: { readonly eventId: string }) {
  const event$ = useMemo(() => store.event$(eventId), [eventId])
  const attendees$ = useMemo(() => store.attendees$(eventId, ATTENDING), [eventId])
  const event = useObservable(event$, null)
  const attendees = useObservable(attendees$, undefined)
  // What is known is kept fresh by the store itself; of what is not, somebody waits to hear why.
  const isUnknown = event === undefined
  const [pull, again] = usePull(
    useCallback(() => (isUnknown ? store.pullEvent(eventId) : Promise.resolve()), [eventId, isUnknown]),
  )

  if (event) {
    const { rsvpCount = 0, interestedCount = 0 } = event
    const isLoading = !attendees?.isComplete && (attendees ?? []).every(({ isMe }) => isMe)
    return (
      <Facts event={event}>
        <section className="who" aria-label="Who is coming">
          <Attendees
            attendees={isLoading && rsvpCount + interestedCount > 0 ? undefined : attendees}
            expected={rsvpCount + interestedCount}
          />
          {attendees?.hasMore && (
            <ShowMore what="people" onMore={() => attendees$.loadMore().catch(() => undefined)} />
          )}
        </section>
      </Facts>
    )
  }
  if (pull.kind !== 'failed') return <SkeletonPage />
  return (
    <div className="empty">
      <h1>{pull.code === 'unreachable' ? 'Not on this device yet' : 'No such event'}</h1>
      <p>
        {pull.code === 'unreachable'
          ? 'We could not reach the server, and this event was never opened here.'
          : 'It may have been deleted, or it is not for you to see.'}
      </p>
      <p className="mark-actions">
        <button type="button" className="button" onClick={again}>
          Try again
        </button>
        <a className="button quiet" href={LIST_HREF}>
          All events
        </a>
      </p>
    </div>
  )
}

function Facts({ event, children }: { readonly event: EventView; readonly children: React.ReactNode }) {
  const { title = 'Untitled', startTime, endTime, description, host, tags } = event
  const heading = useRef<HTMLHeadingElement>(null)

  useEffect(() => {
    document.title = `${title} · ${APP}`
  }, [title])
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])

  return (
    <article className="page" data-event-id={event.eventId}>
      <div className="page-cover">
        <Cover event={event} eager />
        {startTime && <DateBadge iso={startTime} />}
        <StateBadge event={event} />
      </div>
      <div className="page-text">
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        <ul className="facts">
          <li>
            <Icon name="calendar" />
            {startTime ? (
              <span>
                <time dateTime={startTime}>{longDate(startTime)}</time>
                <small>{timeSpan(startTime, endTime)}</small>
              </span>
            ) : (
              <span>Date to be announced</span>
            )}
          </li>
          <li>
            <Icon name={event.type === 'virtual' ? 'screen' : 'pin'} />
            <span>
              {placeOf(event)}
              {host && <small>Hosted by {host.displayName || host.userId}</small>}
            </span>
          </li>
        </ul>
        {description && <p className="description">{description}</p>}
        {tags && tags.length > 0 && (
          <ul className="tags" aria-label="Topics">
            {tags.map((tag) => (
              <li key={tag}>{tag}</li>
            ))}
          </ul>
        )}
      </div>
      <div className="page-people">
        <h2>Who’s coming</h2>
        <dl className="stats">
          <div>
            <dt>going</dt>
            <dd data-testid="going-count">{event.rsvpCount ?? 0}</dd>
          </div>
          <div>
            <dt>interested</dt>
            <dd data-testid="interested-count">{event.interestedCount ?? 0}</dd>
          </div>
        </dl>
        {children}
      </div>
    </article>
  )
}

function SkeletonPage() {
  return (
    <div className="page skeleton" aria-busy="true">
      <div className="page-cover">
        <div className="cover" />
      </div>
      <div className="page-text">
        <i className="bone title" />
        <i className="bone fact" />
        <i className="bone fact" />
        <i className="bone" />
      </div>
    </div>
  )
}

import { memo } from 'react'
import type { EventView } from '../../src/index.ts'
import { Cover } from './cover.tsx'
import { Icon } from './icon.tsx'
import { eventHref } from './route.ts'
import { MarkChip } from './sync-mark.tsx'
import { badgeDay, badgeMonth, shortDate } from './time-words.ts'
import { stateWords } from './words.ts'

export function DateBadge({ iso }: { readonly iso: string }) {
  return (
    <span className="date-badge" aria-hidden="true">
      <b>{badgeDay(iso)}</b>
      {badgeMonth(iso)}
    </span>
  )
}

export function StateBadge({ event }: { readonly event: EventView }) {
  const words = stateWords(event)
  return words ? (
    <span className="state-badge" data-window={event.rsvpWindow}>
      {words}
    </span>
  ) : null
}

export const placeOf = (event: EventView): string =>
  event.type === 'virtual' ? 'Online' : event.location || 'Place to be announced'

/** One event in the list; the whole card leads to it. The same view gives the same card: nothing is drawn twice. */
export const EventCard = memo(function EventCard({
  event,
  eager,
}: {
  readonly event: EventView
  readonly eager: boolean
}) {
  const { eventId, title, startTime, rsvpCount = 0, interestedCount = 0, myRsvp } = event
  return (
    <article className="card" data-event-id={eventId} data-window={event.rsvpWindow}>
      <div className="card-cover">
        <Cover event={event} eager={eager} />
        {startTime && <DateBadge iso={startTime} />}
        <StateBadge event={event} />
      </div>
      <div className="card-text">
        <h3>
          <a href={eventHref(eventId)}>{title ?? 'Untitled'}</a>
        </h3>
        <p className="meta">{startTime ? shortDate(startTime) : 'Date to be announced'}</p>
        <p className="meta place">
          <Icon name={event.type === 'virtual' ? 'screen' : 'pin'} />
          <span>{placeOf(event)}</span>
        </p>
        <p className="card-foot">
          <span className="counts">
            <b>{rsvpCount}</b> going <span aria-hidden="true">·</span> <b>{interestedCount}</b> interested
          </span>
          <MarkChip {...myRsvp} />
        </p>
      </div>
    </article>
  )
})

export function SkeletonCard() {
  return (
    <div className="card skeleton" aria-hidden="true">
      <div className="card-cover">
        <div className="cover" />
      </div>
      <div className="card-text">
        <i className="bone title" />
        <i className="bone" />
        <i className="bone" />
        <i className="bone foot" />
      </div>
    </div>
  )
}

import { memo } from 'react'
import type { EventView } from '../../src/index.ts'
import { Cover } from './cover.tsx'
import { badgeWords, placeOf, titleOf } from './event-words.ts'
import { Icon } from './icon.tsx'
import { Counted } from './languages/counted.tsx'
import { useWords } from './languages/use-words.ts'
import { eventHref } from './route.ts'
import { MarkChip } from './sync-mark.tsx'

/** On the picture: the day, and what one must know before one reads on. */
export function Badges({ event }: { readonly event: EventView }) {
  const { text, times } = useWords()
  const { startTime, rsvpWindow } = event
  const words = badgeWords(text, event)
  return (
    <div className="badges">
      {startTime && (
        <span className="date-badge" aria-hidden="true">
          <b>{times.badgeDay(startTime)}</b>
          {times.badgeMonth(startTime)}
        </span>
      )}
      {words && (
        <span className="state-badge" data-window={rsvpWindow}>
          {words}
        </span>
      )}
    </div>
  )
}

/** One event in the list; the whole card leads to it. The same view gives the same card: nothing is drawn twice. */
export const EventCard = memo(function EventCard({
  event,
  eager,
}: {
  readonly event: EventView
  readonly eager: boolean
}) {
  const { text, times } = useWords()
  const { eventId, startTime, rsvpCount = 0, interestedCount = 0, myRsvp } = event
  return (
    <article className="card" data-event-id={eventId} data-window={event.rsvpWindow}>
      <div className="card-cover">
        <Cover event={event} eager={eager} />
        <Badges event={event} />
      </div>
      <div className="card-text">
        <h3>
          <a href={eventHref(eventId)}>
            <bdi>{titleOf(text, event)}</bdi>
          </a>
        </h3>
        <p className="meta">{startTime ? times.shortDate(startTime) : text.event.noDate}</p>
        <p className="meta place">
          <Icon name={event.type === 'virtual' ? 'screen' : 'pin'} />
          <bdi>{placeOf(text, event)}</bdi>
        </p>
        <p className="card-foot">
          <span className="counts">
            <Counted forms={text.list.going} many={rsvpCount} /> <span aria-hidden="true">·</span>{' '}
            <Counted forms={text.list.interested} many={interestedCount} />
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

import { useEffect, useRef } from 'react'
import type { EventView } from '../../src/index.ts'
import { Cover } from './cover.tsx'
import { Badges } from './event-card.tsx'
import { APP, placeOf, titleOf } from './event-words.ts'
import { Icon } from './icon.tsx'
import { useWords } from './languages/use-words.ts'
import { isolated } from './languages/words.ts'

/** What is known of an event, and who comes beside it. */
export function EventFacts({
  event,
  children,
}: {
  readonly event: EventView
  readonly children: React.ReactNode
}) {
  const { text, number } = useWords()
  const { description, tags, rsvpCount = 0, interestedCount = 0 } = event
  const title = titleOf(text, event)
  const heading = useRef<HTMLHeadingElement>(null)

  useEffect(() => {
    document.title = `${title} · ${APP}`
  }, [title])
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])

  return (
    <article className="page" data-event-id={event.eventId}>
      <div className="page-cover">
        <Cover event={event} eager />
        <Badges event={event} />
      </div>
      <div className="page-text">
        <h1 ref={heading} tabIndex={-1}>
          <bdi>{title}</bdi>
        </h1>
        <WhenAndWhere event={event} />
        {description && (
          <p className="description" dir="auto">
            {description}
          </p>
        )}
        {tags && tags.length > 0 && (
          <ul className="tags" aria-label={text.event.topics}>
            {tags.map((tag) => (
              <li key={tag} dir="auto">
                {tag}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="page-people">
        <h2>{text.people.title}</h2>
        <dl className="stats">
          <div>
            <dt>{text.people.goingCount}</dt>
            <dd data-testid="going-count">{number(rsvpCount)}</dd>
          </div>
          <div>
            <dt>{text.people.interestedCount}</dt>
            <dd data-testid="interested-count">{number(interestedCount)}</dd>
          </div>
        </dl>
        {children}
      </div>
    </article>
  )
}

function WhenAndWhere({ event }: { readonly event: EventView }) {
  const { text, times } = useWords()
  const { startTime, endTime, host, type } = event
  return (
    <ul className="facts">
      <li>
        <Icon name="calendar" />
        {startTime ? (
          <span>
            <time dateTime={startTime}>{times.longDate(startTime)}</time>
            <small>{times.span(startTime, endTime)}</small>
          </span>
        ) : (
          <span>{text.event.noDate}</span>
        )}
      </li>
      <li>
        <Icon name={type === 'virtual' ? 'screen' : 'pin'} />
        <span>
          <bdi>{placeOf(text, event)}</bdi>
          {host && <small>{text.event.hostedBy(isolated(host.displayName || host.userId))}</small>}
        </span>
      </li>
    </ul>
  )
}

export function SkeletonPage() {
  const { text } = useWords()
  return (
    <section className="page skeleton waiting" aria-busy="true" aria-label={text.event.loading}>
      <div className="page-cover">
        <div className="cover" />
      </div>
      <div className="page-text">
        <i className="bone title" />
        <i className="bone fact" />
        <i className="bone fact" />
        <i className="bone" />
      </div>
      <div className="page-people">
        <i className="bone heading" />
        <i className="bone stat" />
      </div>
    </section>
  )
}

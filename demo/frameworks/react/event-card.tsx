import { useState } from 'react'
import type { RsvpStatus } from '../../../src/index.ts'
import { useEvent, useRsvp, useSyncStatus } from '../../../src/react.ts'
import { choices } from '../choices.ts'
import { moveFocus } from '../move-focus.ts'
import { markOf, NETWORK, reasonOf } from '../words.ts'

export function EventCard({ eventId }: { readonly eventId: string }) {
  const event = useEvent(eventId)
  const { answer, retry, discard } = useRsvp(eventId)
  const [problem, setProblem] = useState('')

  const choose = (wanted: RsvpStatus) => {
    setProblem('')
    answer(wanted).catch((error) => setProblem(error.message)) // not on disk, and not shown
  }

  return (
    <article className="card" data-event-id={eventId} data-window={event?.rsvpWindow} aria-busy={!event}>
      {event && (
        <>
          <h2>{event.title}</h2>
          <ul className="counts">
            <li data-count="going">
              <b>{event.rsvpCount ?? 0}</b> going
            </li>
            <li data-count="interested">
              <b>{event.interestedCount ?? 0}</b> interested
            </li>
          </ul>
          <p className="mark" role="status" data-sync={event.myRsvp.sync}>
            {markOf(event)}
          </p>
          {problem && (
            <p className="problem" role="alert">
              {problem}
            </p>
          )}
          {event.myRsvp.sync === 'failed' && (
            <div className="failure">
              <p>{reasonOf(event)}</p>
              <button type="button" onClick={retry}>
                Try again
              </button>
              <button type="button" onClick={discard}>
                Discard
              </button>
            </div>
          )}
          <div className="answers" role="radiogroup" aria-label="Your answer">
            {choices(event).map(({ answer, word, isChosen, isShut, tabIndex }) => (
              <button
                key={answer}
                type="button"
                role="radio"
                data-answer={answer}
                aria-checked={isChosen}
                disabled={isShut}
                tabIndex={tabIndex}
                onKeyDown={moveFocus}
                onClick={() => choose(answer)}
              >
                {word}
              </button>
            ))}
          </div>
          <Network />
        </>
      )}
    </article>
  )
}

/** By itself: the status changes with every pull, and nothing else of the card does. */
function Network() {
  const network = useSyncStatus()?.network
  return (
    network && (
      <p className="network" data-network={network}>
        {NETWORK[network]}
      </p>
    )
  )
}

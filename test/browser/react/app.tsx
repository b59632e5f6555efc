import { Suspense } from 'react'
import { useAttendees, useEvent, useEvents, useOutbox, useRsvp, useSyncStatus } from '../../../src/react.ts'

/** An app that uses every hook; the same on the server and in the page. */
export function App() {
  const event = useEvent('event-1')
  const { events } = useEvents({ limit: 3 })
  const { attendees } = useAttendees('event-1', { limit: 3 })
  const { status, sync, answer } = useRsvp('event-1')
  const outbox = useOutbox()
  const network = useSyncStatus()?.network
  return (
    <main>
      <h1>{event?.title ?? 'not known yet'}</h1>
      <p id="mine">{`${status ?? 'no answer'}, ${sync ?? 'not known yet'}`}</p>
      <ul>
        {events?.map(({ eventId, title }) => (
          <li key={eventId}>{title}</li>
        ))}
      </ul>
      <p id="others">{attendees?.map(({ userId }) => userId).join() ?? 'not known yet'}</p>
      <p id="status">{`${network ?? 'not known yet'}, ${outbox?.length ?? '?'} to send`}</p>
      <button type="button" onClick={() => answer('going')}>
        Going
      </button>
    </main>
  )
}

function Detail() {
  return <h2>{useEvent('event-1', { suspense: true }).title}</h2>
}

/** A part of it that only the page can render. */
export function Later() {
  return (
    <Suspense fallback={<h2>a moment</h2>}>
      <Detail />
    </Suspense>
  )
}

import { Suspense, useState } from 'react'
import type { RsvpStore } from 'rsvp-store'
import { RsvpStoreProvider, useEvent, useEvents, useRsvp, useSyncStatus } from 'rsvp-store/react'

export function App({ store }: { readonly store: RsvpStore }) {
  const [openId, open] = useState<string>()
  return (
    <RsvpStoreProvider store={store}>
      <Waiting />
      <Upcoming open={open} />
      {openId && (
        <Suspense fallback={<p>Looking for it …</p>}>
          <Page eventId={openId} />
        </Suspense>
      )}
    </RsvpStoreProvider>
  )
}

function Upcoming({ open }: { readonly open: (eventId: string) => void }) {
  const [from] = useState(Date.now) // once: each moment is a list of its own
  const { events, loadMore } = useEvents({ from, limit: 20 })
  if (!events) return null
  return (
    <>
      {events.map(({ eventId, title }) => (
        <button type="button" key={eventId} onClick={() => open(eventId)}>
          {title}
        </button>
      ))}
      {events.hasMore && (
        <button type="button" onClick={() => loadMore().catch(() => {})}>
          More
        </button>
      )}
    </>
  )
}

function Page({ eventId }: { readonly eventId: string }) {
  const event = useEvent(eventId, { suspense: true })
  const { status, sync, failure, rsvpWindow, answer, retry } = useRsvp(eventId)
  const [problem, setProblem] = useState('')
  return (
    <article>
      <h2>{event.title}</h2>
      <p>{event.rsvpCount} going</p>
      <button
        type="button"
        aria-pressed={status === 'going'}
        disabled={rsvpWindow !== 'open'}
        onClick={() => answer('going').catch((error: Error) => setProblem(error.message))}
      >
        Going
      </button>
      {sync === 'queued' && <p>Kept, and sent when there is a network.</p>}
      {sync === 'failed' && (
        <button type="button" onClick={retry}>
          {failure?.message}: try again
        </button>
      )}
      {problem && <p role="alert">{problem}</p>}
    </article>
  )
}

function Waiting() {
  const queued = useSyncStatus((status) => status.queued) // renders for that alone
  return queued ? <p>{queued} to send</p> : null
}

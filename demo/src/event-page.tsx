import { useCallback, useMemo } from 'react'
import { Attendees } from './attendees.tsx'
import { EventFacts, SkeletonPage } from './event-facts.tsx'
import { useWords } from './languages/use-words.ts'
import { NothingHere } from './nothing-here.tsx'
import { listHref, type Which } from './route.ts'
import { ShowMore } from './show-more.tsx'
import { store } from './store.ts'
import { noEventBecause } from './trouble-words.ts'
import { useMore } from './use-more.ts'
import { useObservable } from './use-observable.ts'
import { usePull } from './use-pull.ts'

const ATTENDING = { status: ['going', 'interested'], limit: 50 } as const

/** One event: what, when, where, and who comes. */
export function EventPage({ eventId, back }: { readonly eventId: string; readonly back: Which }) {
  const words = useWords()
  const { text } = words
  const event$ = useMemo(() => store.event$(eventId), [eventId])
  const attendees$ = useMemo(() => store.attendees$(eventId, ATTENDING), [eventId])
  const event = useObservable(event$, null)
  const attendees = useObservable(attendees$, undefined)
  const more = useMore(attendees?.length ?? 0, attendees$.loadMore)
  // What is known is kept fresh by the store itself; of what is not, somebody waits to hear why.
  const isUnknown = event === undefined
  const [pull, again] = usePull(
    useCallback(() => (isUnknown ? store.pullEvent(eventId) : Promise.resolve()), [eventId, isUnknown]),
  )

  if (event) {
    const expected = (event.rsvpCount ?? 0) + (event.interestedCount ?? 0)
    const isLoading = !attendees?.isComplete && (attendees ?? []).every(({ isMe }) => isMe)
    return (
      <EventFacts event={event}>
        <section className="who" aria-label={text.people.title}>
          <Attendees attendees={isLoading && expected > 0 ? undefined : attendees} expected={expected} />
          {(attendees?.hasMore || more.isBusy) && (
            <ShowMore words={text.people.more} busyWords={text.people.loadingMore} more={more} />
          )}
        </section>
      </EventFacts>
    )
  }
  if (pull.kind !== 'failed') return <SkeletonPage />
  return (
    <NothingHere level={1} nothing={noEventBecause(words, pull.code)} onAgain={again}>
      <a className="button quiet" href={listHref(back)}>
        {text.list.all}
      </a>
    </NothingHere>
  )
}

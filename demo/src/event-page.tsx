import { useCallback } from 'react'
import { firstValueFrom } from 'rxjs'
import { useAttendees, useEvent } from '../../src/react.ts'
import { Attendees } from './attendees.tsx'
import { EventFacts, SkeletonPage } from './event-facts.tsx'
import { useWords } from './languages/use-words.ts'
import { NothingHere } from './nothing-here.tsx'
import { listHref, type Which } from './route.ts'
import { ShowMore } from './show-more.tsx'
import { store } from './store.ts'
import { noEventBecause } from './trouble-words.ts'
import { useMore } from './use-more.ts'
import { usePull } from './use-pull.ts'

const ATTENDING = { status: ['going', 'interested'], limit: 50 } as const

/** What is known is kept fresh by the store itself; of what is not, somebody waits to hear why. */
async function bring(eventId: string, isUnknown: boolean): Promise<void> {
  if (isUnknown && !(await firstValueFrom(store.event$(eventId)))) await store.pullEvent(eventId)
}

/** One event: what, when, where, and who comes. */
export function EventPage({ eventId, back }: { readonly eventId: string; readonly back: Which }) {
  const words = useWords()
  const { text } = words
  const event = useEvent(eventId)
  const { attendees, loadMore } = useAttendees(eventId, ATTENDING)
  const more = useMore(attendees?.length ?? 0, loadMore)
  const isUnknown = event === undefined
  const [pull, again] = usePull(useCallback(() => bring(eventId, isUnknown), [eventId, isUnknown]))

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

import { useLayoutEffect, useMemo } from 'react'
import type { EventView, ListView } from '../../src/index.ts'
import { EventStretch, stretchesOf } from './event-stretch.tsx'
import { APP } from './event-words.ts'
import { useWords } from './languages/use-words.ts'
import type { Words } from './languages/words.ts'
import { NoEvents } from './no-events.tsx'
import type { Which } from './route.ts'
import { ShowMore } from './show-more.tsx'
import { useMore } from './use-more.ts'

interface Left {
  readonly which: Which
  readonly scrollY: number
  readonly eventId?: string
}

/** Where the list was left, so that coming back is coming back. */
let left: Left | undefined

export const leaveListFor = (eventId: string): void => {
  left = { which: 'all', scrollY: 0, ...left, eventId }
}

interface EventListProps {
  readonly which: Which
  readonly events: ListView<EventView> | undefined
  readonly onMore: () => Promise<void>
}

/** The events by month, or why there are none. One for each `which`. */
export function EventList({ which, events, onMore }: EventListProps) {
  useLayoutEffect(() => {
    document.title = APP
    if (left?.which === which) {
      scrollTo(0, left.scrollY)
      const selector = `[data-event-id="${CSS.escape(left.eventId ?? '')}"] a`
      document.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true })
    } else if (left) scrollTo(0, 0)
    return () => {
      left = { which, scrollY }
    }
  }, [which])

  if (events && events.length > 0) return <Months which={which} events={events} onMore={onMore} />
  return <NoEvents which={which} isComplete={events?.isComplete ?? false} />
}

function Months({
  which,
  events,
  onMore,
}: {
  readonly which: Which
  readonly events: ListView<EventView>
  readonly onMore: () => Promise<void>
}) {
  const words = useWords()
  const { list } = words.text
  const more = useMore(events.length, onMore)
  const months = useMemo(() => byMonth(words, events), [words, events])
  return (
    <>
      {months.map(([month, inMonth], at) => (
        <section key={month} className="month" aria-labelledby={`month-${at}`}>
          <h2 id={`month-${at}`}>{month}</h2>
          {stretchesOf(inMonth).map((stretch, place) => (
            <EventStretch
              key={`${which} ${month} ${place}`}
              id={`${which} ${month} ${place}`}
              events={stretch}
              isFirst={at === 0 && place === 0}
            />
          ))}
        </section>
      ))}
      {(events.hasMore || more.isBusy) && (
        <ShowMore words={list.more} busyWords={list.loadingMore} more={more} />
      )}
      {events.hasMore === false && <p className="meta list-end">{list.end}</p>}
    </>
  )
}

function byMonth(
  { times, text }: Words,
  events: readonly EventView[],
): readonly (readonly [string, readonly EventView[]])[] {
  const eventsByMonth = new Map<string, EventView[]>()
  for (const event of events) {
    const month = monthKey(event)
    const inMonth = eventsByMonth.get(month)
    if (inMonth) inMonth.push(event)
    else eventsByMonth.set(month, [event])
  }
  // One name a month, not one an event: of thousands that would be felt.
  const nameOf = (iso: string | undefined) => (iso ? times.monthOf(iso) : text.event.noDate)
  return [...eventsByMonth.values()].map((inMonth) => [nameOf(inMonth[0]?.startTime), inMonth])
}

/** The same for the same month on this device's calendar. */
function monthKey({ startTime }: EventView): string {
  if (!startTime) return ''
  const start = new Date(startTime)
  return `${start.getFullYear()} ${start.getMonth()}`
}

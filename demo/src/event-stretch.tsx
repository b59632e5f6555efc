import { useLayoutEffect, useRef, useState } from 'react'
import type { EventView } from '../../src/index.ts'
import { EventCard } from './event-card.tsx'

/** Fills whole rows, be they of one, two, three or four cards. */
const SIZE = 24
/** Whose pictures a phone shows at once. */
const SEEN_FIRST = 2
/** How far from the screen cards are still drawn: they are there before one has scrolled to them. */
const NEAR = '150% 0px'

/** How each stretch was seen last: a list that is left and come back to stands as it stood. */
const seenById = new Map<string, { readonly height: number; readonly isNear: boolean }>()

export function stretchesOf<T>(events: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(events.length / SIZE) }, (_, at) =>
    events.slice(at * SIZE, (at + 1) * SIZE),
  )
}

/**
 * A stretch of the list. Far from the screen only its height is kept, so that a list of thousands weighs as much as a
 * short one; what has the focus stays.
 */
export function EventStretch({
  id,
  events,
  isFirst,
}: {
  /** The same for the same place in the list. */
  readonly id: string
  readonly events: readonly EventView[]
  readonly isFirst: boolean
}) {
  const list = useRef<HTMLUListElement>(null)
  const [isNear, setNear] = useState(seenById.get(id)?.isNear ?? true)

  // A layout effect: once the list is left, nothing is seen of it any more.
  useLayoutEffect(() => {
    const shown = list.current
    if (!shown) return
    const watcher = new IntersectionObserver(
      (changes) => {
        const last = changes.at(-1)
        if (!last) return
        const stays = last.isIntersecting || shown.contains(document.activeElement)
        seenById.set(id, { height: last.boundingClientRect.height, isNear: stays })
        setNear(stays)
      },
      { rootMargin: NEAR },
    )
    watcher.observe(shown)
    return () => watcher.disconnect()
  }, [id])

  return (
    <ul ref={list} className="cards" style={isNear ? undefined : { blockSize: seenById.get(id)?.height }}>
      {isNear &&
        events.map((event, place) => (
          <li key={event.eventId}>
            <EventCard event={event} eager={isFirst && place < SEEN_FIRST} />
          </li>
        ))}
    </ul>
  )
}

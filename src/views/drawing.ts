import { Observable } from 'rxjs'
import type { EventId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import type { ClockPort, Stop } from '../ports.ts'
import type { Snapshot } from '../storage/watch.ts'
import { type ListMarks, type ListView, listView } from './list.ts'
import { shared } from './share.ts'
import type { Taps } from './taps.ts'

/** Keeps the rows of a view fresh, from its first observer to its last. */
export type KeepFresh = () => Stop

/** A view of one moment. */
export interface Drawn<V> {
  /** Whose view it is, and of what: equal stamps mean equal views. */
  readonly stamp: string
  readonly view: V
  /** When the clock alone changes it. */
  readonly until?: Moment | undefined
}

/** How the views of one query come about. */
export interface Plan<S, V> {
  readonly key: string
  readonly keepFresh: KeepFresh
  /** Taps on other events cannot change it. */
  readonly onlyEvent?: EventId
  readonly snapshots$: Observable<Snapshot<S>>
  readonly draw: (snapshot: Snapshot<S>) => ListMarks & { readonly drawn: readonly Drawn<V>[] }
}

/** What every view is of. */
interface OfEvent {
  readonly eventId: EventId
}

const NEVER = Number.POSITIVE_INFINITY

/** Draws what was read. One run a key, however many observers; released with the last of them. */
export function createDrawing(taps: Taps, clock: ClockPort, closed$: Observable<never>) {
  const viewsByKey = new Map<string, Observable<unknown>>()
  /** Of each run, the views that it shows. */
  const running = new Set<() => Iterable<OfEvent>>()

  /**
   * Draws each snapshot, and draws it again when a tap pokes or the clock passes a border. Emits what is new;
   * a view in which nothing changed is the same object again.
   */
  function views$<S, V extends OfEvent>(plan: Plan<S, V>): Observable<ListView<V>> {
    const { key, keepFresh, onlyEvent, snapshots$, draw } = plan
    const drawn$ = new Observable<ListView<V>>((observer) => {
      const stopFresh = keepFresh()
      let snapshot: Snapshot<S> | undefined
      let shown: ReadonlyMap<string, V> | undefined
      let said = ''
      let stopTick: Stop | undefined
      const ofThis = onlyEvent === undefined ? [] : [{ eventId: onlyEvent }]
      const show = () => [...ofThis, ...(shown?.values() ?? [])]
      const redraw = () => {
        if (!snapshot) return
        const last = shown
        const { drawn, ...marks } = draw(snapshot)
        shown = new Map(drawn.map(({ stamp, view }) => [stamp, last?.get(stamp) ?? Object.freeze(view)]))
        const until = drawn.reduce((soonest, { until = NEVER }) => Math.min(soonest, until), NEVER)
        stopTick?.()
        stopTick = until < NEVER ? clock.at(until, redraw) : undefined
        const says = [marks.hasMore, marks.isComplete, ...shown.keys()].join()
        if (last && says === said) return
        said = says
        observer.next(listView([...shown.values()], marks))
      }
      running.add(show)
      const watching = snapshots$.subscribe((next) => {
        snapshot = next
        redraw()
      })
      watching.add(taps.pokes$(onlyEvent).subscribe(redraw))
      return () => {
        running.delete(show)
        viewsByKey.delete(key)
        stopFresh()
        stopTick?.()
        watching.unsubscribe()
      }
    })
    // Found when it is watched: one that was let go and is watched again must not stand beside another of its key.
    return new Observable((observer) => {
      const views = (viewsByKey.get(key) as typeof drawn$ | undefined) ?? shared(drawn$, closed$)
      viewsByKey.set(key, views)
      return views.subscribe(observer)
    })
  }

  /** Every event that is on a screen of this tab. */
  const watched = (): ReadonlySet<EventId> =>
    new Set([...running].flatMap((show) => Array.from(show(), ({ eventId }) => eventId)))

  return { views$, watched }
}

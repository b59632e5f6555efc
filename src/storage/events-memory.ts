import { Observable } from 'rxjs'
import type { EventId, UserId } from '../model/ids.ts'
import type { Changes } from './changes.ts'
import type { Tables } from './database.ts'
import type { EventFacts, Recall } from './find.ts'
import type { Live } from './live.ts'
import { eventsTouchedBy } from './touched.ts'
import type { Query, Snapshot } from './watch.ts'

/** Beyond so many events, reading them again is better than the room they take. */
const MOST = 20_000

/** A query whose read remembers. */
interface Remembering<T> extends Omit<Query<T>, 'read'> {
  readonly read: (db: Tables, recall: Recall) => PromiseLike<T>
}

/**
 * The facts of the events that lists show, as they were last read, for as long as any list is watched. A commit that
 * touched an event takes all of its facts out, so that they are always of one moment; what is read again is only that.
 */
export function createEventsMemory(live: Live, me: UserId) {
  const known = new Map<EventId, EventFacts>()
  let watching = 0
  /** What was read before everything was forgotten comes too late. */
  let age = 0

  function forgetAll(): void {
    known.clear()
    age += 1
  }

  /** Every list tells of every commit; with nothing given, anything may have happened. */
  function heard(changes?: Changes): void {
    const touched = changes && eventsTouchedBy(changes, me, known.values())
    if (touched) for (const eventId of touched) known.delete(eventId)
    else forgetAll()
  }

  function recall(hasHeard: () => boolean): Recall {
    const mine = age
    return {
      size: () => known.size,
      of: (eventId) => (mine === age && hasHeard() ? known.get(eventId) : undefined),
      keep(facts) {
        if (mine !== age) return
        if (known.size + facts.length > MOST) known.clear()
        for (const one of facts) known.set(one.event.eventId, one)
      },
    }
  }

  return function watch<T>(query: Remembering<T>): Observable<Snapshot<T>> {
    return new Observable((observer) => {
      watching += 1
      let isFirst = true
      const subscription = live
        .watch<T>({
          ...query,
          isTouched(changes) {
            if (changes || !isFirst) heard(changes) // one list more has missed nothing
            isFirst = false
            return query.isTouched(changes)
          },
          read: (db, hasHeard) => query.read(db, recall(hasHeard)),
        })
        .subscribe(observer)
      subscription.add(() => {
        watching -= 1
        if (watching === 0) forgetAll()
      })
      return subscription
    })
  }
}

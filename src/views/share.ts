import { Observable, type Subscriber, type Subscription } from 'rxjs'

/**
 * One subscription however many observers: late ones get the latest value, it is let go with the last of them,
 * and all complete when the store closes, which `closed$` tells by completing.
 */
export function shared<T>(source$: Observable<T>, closed$: Observable<never>): Observable<T> {
  const observers = new Set<Subscriber<T>>()
  let running: Subscription | undefined
  let latest: { readonly value: T } | undefined

  function tell(value: T): void {
    const told = { value }
    latest = told
    // An observer that answers in here makes a newer value: the others must not see this one after it.
    for (const observer of observers) if (latest === told) observer.next(value)
  }

  return new Observable((observer) => {
    observer.add(closed$.subscribe({ complete: () => observer.complete() }))
    if (observer.closed) return
    observers.add(observer)
    if (latest) observer.next(latest.value)
    running ??= source$.subscribe(tell)
    return () => {
      observers.delete(observer)
      if (observers.size > 0) return
      running?.unsubscribe()
      running = latest = undefined
    }
  })
}

import { type MonoTypeOperatorFunction, type Observable, ReplaySubject, share, takeUntil } from 'rxjs'

/** One subscription however many observers; late ones get the latest value; let go with the last of them. */
export const shared =
  <T>(closed$: Observable<unknown>): MonoTypeOperatorFunction<T> =>
  (source$) =>
    source$.pipe(takeUntil(closed$), share({ connector: () => new ReplaySubject(1) }))

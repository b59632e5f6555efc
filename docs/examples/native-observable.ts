import type { Observable as RxObservable } from 'rxjs'

/** The platform's own, as far as it is used here; TypeScript does not know it yet. */
interface NativeSubscriber<T> {
  next(value: T): void
  error(error: unknown): void
  complete(): void
  addTeardown(teardown: () => void): void
}
export interface NativeObservable<T> {
  subscribe(next: (value: T) => void, options?: { readonly signal?: AbortSignal }): void
  first(): Promise<T>
}
declare const Observable: new <T>(run: (subscriber: NativeSubscriber<T>) => void) => NativeObservable<T>

export function nativeOf<T>(source$: RxObservable<T>): NativeObservable<T> {
  return new Observable<T>((subscriber) => {
    const watching = source$.subscribe(subscriber)
    subscriber.addTeardown(() => watching.unsubscribe())
  })
}

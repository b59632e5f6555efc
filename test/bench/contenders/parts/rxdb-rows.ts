import type { RxCollection } from 'rxdb'
import { defer, distinctUntilChanged, from, map, type Observable, shareReplay, switchMap } from 'rxjs'

/**
 * Rows by key, live. What is asked for in one go shares one query: a thousand of `findOne(key).$` would be
 * a thousand reads, and each would be checked again at every write to the collection.
 */
export function rowsOf<Row>(collection: RxCollection<Row>): (key: string) => Observable<Row | undefined> {
  let asked: { readonly keys: Set<string>; readonly rows$: Observable<ReadonlyMap<string, Row>> } | undefined

  function ask() {
    const keys = new Set<string>()
    const all = Promise.resolve().then(() => {
      asked = undefined
      return [...keys]
    })
    const rows$ = from(all).pipe(
      switchMap((ids) => collection.findByIds(ids).$),
      shareReplay({ bufferSize: 1, refCount: true }),
    )
    return { keys, rows$ }
  }

  return (key) =>
    defer(() => {
      asked ??= ask()
      asked.keys.add(key)
      return asked.rows$.pipe(
        map((rows) => rows.get(key)),
        distinctUntilChanged(),
      )
    })
}

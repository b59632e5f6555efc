import { Observable, Subscription } from 'rxjs'

/** What is known of a list as a whole. */
export interface ListMarks {
  /** Whether there are rows after the last one shown, here or on the server; `undefined` until the server was asked. */
  readonly hasMore: boolean | undefined
  /** Everything that the server has of what is shown was brought in, at least once on this device. */
  readonly isComplete: boolean
}

/** A list as it is shown. Its marks are no elements: they are left out where it is copied. */
export type ListView<V> = readonly V[] & ListMarks

/** A list that grows. */
export interface ListObservable<V> extends Observable<ListView<V>> {
  /**
   * Shows as many rows more as the list's `limit`, for all who observe this very observable: those on this device at
   * once. Resolves when the server's are there too, or there are none; rejects as a pull does, and then the list is
   * longer all the same by what is here. Without a `limit` there is nothing more to show.
   */
  loadMore(): Promise<void>
}

/** A list and its marks, frozen, in one value: they are never of different moments. */
export function listView<V>(views: V[], { hasMore, isComplete }: ListMarks): ListView<V> {
  const marks = { hasMore: { value: hasMore }, isComplete: { value: isComplete } }
  return Object.freeze(Object.defineProperties(views, marks)) as unknown as ListView<V>
}

/** The list of each limit in turn; `bring` asks the server for what a larger one has more. */
export function growing<V>(
  limit: number | undefined,
  listOf: (limit: number | undefined) => Observable<ListView<V>>,
  bring: (limit: number, last: number) => Promise<unknown>,
): ListObservable<V> {
  const growths = new Set<() => void>()
  let current = limit
  let latest: ListView<V> | undefined
  let loading: Promise<void> | undefined

  const list$ = new Observable<ListView<V>>((observer) => {
    let lists: readonly Subscription[] = []
    /** The smaller list stays until the larger one is there: whoever taps meanwhile sees it at once. */
    function show(): void {
      const before = lists
      const mine = new Subscription()
      lists = [...before, mine]
      mine.add(
        listOf(current).subscribe({
          next(list) {
            if (lists.includes(mine) && lists.length > 1) {
              for (const smaller of before) smaller.unsubscribe()
              lists = lists.slice(lists.indexOf(mine))
            }
            latest = list
            observer.next(list)
          },
          complete: () => observer.complete(),
        }),
      )
    }
    growths.add(show)
    show()
    return () => {
      growths.delete(show)
      for (const list of lists) list.unsubscribe()
    }
  })

  async function grow(): Promise<void> {
    if (limit === undefined || current === undefined || latest?.hasMore === false) return
    const last = current
    current += limit
    const bringing = bring(current, last)
    for (const show of growths) show()
    await bringing
  }

  /** Whoever scrolls asks often. */
  function loadMore(): Promise<void> {
    loading ??= grow().finally(() => {
      loading = undefined
    })
    return loading
  }

  return Object.assign(list$, { loadMore })
}

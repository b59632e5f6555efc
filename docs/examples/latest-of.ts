import type { Observable } from 'rxjs'

/** The newest value, each time that the loop asks; what came and went meanwhile is left out. */
export async function* latestOf<T>(source$: Observable<T>): AsyncGenerator<T, void> {
  const heard: { value?: readonly [T] | undefined; isOver?: boolean; wake?: () => void } = {}
  const watching = source$.subscribe({
    next(value) {
      heard.value = [value]
      heard.wake?.()
    },
    complete() {
      heard.isOver = true
      heard.wake?.()
    },
  })
  try {
    while (heard.value || !heard.isOver) {
      if (heard.value) {
        const [value] = heard.value
        heard.value = undefined
        yield value
      } else
        await new Promise<void>((resolve) => {
          heard.wake = resolve
        })
    }
  } finally {
    watching.unsubscribe()
  }
}

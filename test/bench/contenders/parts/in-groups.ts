/** One write at a time; what comes meanwhile goes with the next. */
export function inGroups<Item>(write: (group: readonly Item[]) => Promise<void>) {
  let next: Item[] = []
  let last = Promise.resolve()
  return {
    add(item: Item): void {
      if (next.push(item) > 1) return
      last = last.then(() => {
        const group = next
        next = []
        return write(group)
      })
      // Who waits for the end hears of it.
      last.catch(() => undefined)
    },
    done: () => last,
  }
}

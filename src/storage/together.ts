/** Does at once what is asked for while the last was done: one call of `all` for many of the one. */
export function together<T>(all: (items: readonly T[]) => Promise<unknown>): (item: T) => Promise<void> {
  let next: { readonly items: T[]; readonly done: Promise<unknown> } | undefined
  let last: Promise<unknown> = Promise.resolve()

  function begin(): NonNullable<typeof next> {
    const items: T[] = []
    const done = last.then(() => {
      next = undefined
      return all(items)
    })
    last = done.catch(() => undefined)
    return { items, done }
  }

  return async (item) => {
    next ??= begin()
    next.items.push(item)
    await next.done
  }
}

export type Line = ReturnType<typeof createLine>

/** Lets at most so many in at once; the others wait in line, first come, first served. */
export function createLine(slots: number) {
  const waiting: (() => void)[] = []
  let free = slots

  function next(): void {
    const first = waiting.shift()
    if (first) first()
    else free += 1
  }

  return {
    /** Resolves when there is a slot, with what gives it back. */
    async enter(): Promise<() => void> {
      if (free > 0) free -= 1
      else await new Promise<void>((resolve) => waiting.push(resolve))
      let isIn = true
      return () => {
        if (isIn) next()
        isIn = false
      }
    },
    isFull: () => free === 0,
  }
}

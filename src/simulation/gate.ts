/** Between a tab and everything outside it: what comes in is let through, kept for later, or never heard of. */
export interface Gate {
  state(): 'open' | 'frozen' | 'dead'
  /** Lets something reach the tab: now, when it resumes, or never. An effect counts towards `before`. */
  pass(run: () => void, isEffect?: boolean): void
  /** Calls `then` just before the tab's nth effect from now. */
  before(effects: number, then: () => void): void
  /** Nobody lies in wait any more. */
  disarm(): void
  freeze(): void
  resume(): void
  kill(): void
  /** How much went through: while this stands still, so does the tab. */
  passed(): number
}

/** What comes in goes through here: a gate, or something that stands before it. */
export type Door = Pick<Gate, 'pass'>

export function createGate(): Gate {
  let state: 'open' | 'frozen' | 'dead' = 'open'
  let parked: (() => void)[] = []
  let passed = 0
  let ambush: { left: number; readonly then: () => void } | undefined

  function spring(): void {
    if (!ambush) return
    ambush.left -= 1
    if (ambush.left > 0) return
    const { then } = ambush
    ambush = undefined
    then()
  }

  return {
    state: () => state,
    passed: () => passed,
    pass(run, isEffect = false) {
      if (isEffect && state === 'open') spring()
      passed += 1
      if (state === 'open') run()
      else if (state === 'frozen') parked.push(run)
    },
    before(effects, then) {
      ambush = { left: Math.max(1, effects), then }
    },
    disarm() {
      ambush = undefined
    },
    freeze() {
      if (state === 'open') state = 'frozen'
    },
    resume() {
      if (state !== 'frozen') return
      state = 'open'
      passed += 1
      const waiting = parked
      parked = []
      // Something in here may freeze or kill it again: `pass` looks each time.
      for (const run of waiting) {
        if (state === 'open') run()
        else if (state === 'frozen') parked.push(run)
      }
    },
    kill() {
      state = 'dead'
      parked = []
      ambush = undefined
    },
  }
}

import type { Door } from './gate.ts'

/** How long a disk that hangs says nothing: longer than the store waits for it. */
const HANG_MS = 8_000

export type Later = (ms: number, run: () => void) => void

/** Says everything so much later. */
export const late = (gate: Door, later: Later): Door => ({
  pass: (run, isEffect) => later(HANG_MS, () => gate.pass(run, isEffect)),
})

/** The disk answers nothing of what this transaction asks: it ends when the browser gives it up, or the tab. */
export function hung(gate: Door, transaction: IDBTransaction, later: Later): Door {
  const held: (() => void)[] = []
  const abort = transaction.abort.bind(transaction)
  let state: 'unheard' | 'silent' | 'ended' = 'unheard'

  function end(): void {
    state = 'ended'
    for (const run of held.splice(0)) gate.pass(run, true)
  }
  transaction.abort = () => {
    if (state === 'silent') return void Promise.resolve().then(end)
    state = 'ended'
    abort()
  }
  return {
    pass(run, isEffect) {
      if (state === 'ended') gate.pass(run, isEffect)
      else if (state === 'silent') held.push(run)
      else {
        // Its first reply is never given. A transaction that asked for nothing has ended by now, and only says so late.
        state = 'silent'
        later(HANG_MS, end)
        try {
          abort()
        } catch {
          held.push(run)
        }
      }
    },
  }
}

import type { EngineName } from './engine.ts'

/** What cannot be done inside a real browser, and why. Every run prints this list. */
export interface NotPossible {
  /** In `test/`, without its ending. */
  readonly file: string
  /** One test of the file; all of them where none is named. */
  readonly test?: string
  /** All engines where none is named. */
  readonly engines?: readonly EngineName[]
  readonly why: string
}

export const NOT_POSSIBLE: readonly NotPossible[] = [
  { file: 'p12-import', why: 'starts processes of Node: what is promised there is about Node' },
  {
    file: 'p12-inert',
    test: 'a bare IDBFactory without an IDBKeyRange anywhere counts as none',
    why: 'every browser has an IDBKeyRange',
  },
]

/** What no page can do to itself, so that the test does it by hand on the real connection. Every run prints this too. */
export const BY_HAND: readonly string[] = [
  'the browser ends a connection under its page (p11-storage-health): transactions are aborted, `close` is fired',
  'a device that fails or has no room (p01, p02, p06, p11): the put throws, or the commit becomes an abort',
]

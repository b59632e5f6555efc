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
  { file: 'readme', why: 'compiles what the README shows, with files and the compiler' },
  {
    file: 'p12-inert',
    test: 'a bare IDBFactory without an IDBKeyRange anywhere counts as none',
    why: 'every browser has an IDBKeyRange',
  },
]

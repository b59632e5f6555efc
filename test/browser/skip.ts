import { beforeEach, inject } from 'vitest'
import { NOT_POSSIBLE } from './not-possible.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /** The engine that this page runs in. */
    readonly engine: string
  }
}

beforeEach(({ task, skip }) => {
  const engine = inject('engine')
  const found = NOT_POSSIBLE.find(
    ({ file, test, engines }) =>
      task.file.filepath.endsWith(`/${file}.test.ts`) &&
      test === task.name &&
      (engines === undefined || engines.some((name) => name === engine)),
  )
  if (found) skip(found.why)
})

import { basename } from 'node:path'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * The tests that judge a mutant: those that need no build and speak of the mutated folders, the quickest judges
 * first, because the first test that fails ends it.
 */
const JUDGES =
  `p12-inert journey overlay backoff verdict retry-after requests delivery database shared-views waits pace status paging receipts large-replies model p01-durable outbox p07-user attendees events-query
  engine-edges conflict p03-late-requests p11-expiry p11-storage-health p04-mirror p06-one-bad-thing pull p09-tabs session p03-newest-intent p02-kept`.split(
    /\s+/,
  )
const LAST = ['p05-no-flicker', 'p08-no-hot-loop', 'p10-main-thread']
const NO_JUDGES =
  `package size readme docs-links docs-promises docs-samples p12-import floors double simulation fleet react react-ssr
   standards release types`.split(/\s+/)

/** `JUDGES=p03-newest-intent,outbox` asks only these: for a quick look at one file. */
const ASKED = process.env.JUDGES?.split(',') ?? ['*']

const fileOf = (name: string) => `test/${name}.test.ts`

function placeOf({ moduleId }: TestSpecification): number {
  const name = basename(moduleId, '.test.ts')
  const late = LAST.indexOf(name)
  const early = JUDGES.indexOf(name)
  return late >= 0 ? 1000 + late : early >= 0 ? early : 500
}

class QuickestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return files.toSorted((a, b) => placeOf(a) - placeOf(b))
  }
}

export default defineConfig({
  test: {
    include: ASKED.map(fileOf),
    exclude: NO_JUDGES.map(fileOf),
    environment: 'node',
    testTimeout: 8_000, // a mutant may wait for ever
    sequence: { sequencer: QuickestFirst },
  },
})

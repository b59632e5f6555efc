import { writeFileSync } from 'node:fs'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import * as fc from 'fast-check'
import { histories, play } from '../../src/testing.ts'
import { takeOverEventLoop } from './event-loop.ts'
import { knownGaps } from './known-gaps.ts'

Error.stackTraceLimit = 0
const loop = takeOverEventLoop()
const [n = 200, seed = 1, except = '', only = ''] = process.argv.slice(2)
const by: Record<string, number> = {}
const found: Record<string, { what: string; history: unknown; length: number }[]> = {}
const skip = except === 'gaps' ? knownGaps : except.split(',')
const t = performance.now()
for (const history of fc.sample(histories(fc, { maxSteps: Number(process.env.STEPS ?? 40) }), {
  numRuns: Number(n),
  seed: Number(seed),
})) {
  const { violations } = await play(history, {
    indexedDB: () => new IDBFactory() as never,
    IDBKeyRange,
    turn: loop.turn,
    except: skip,
    only,
  })
  for (const { promise, what, step } of violations) {
    by[promise] = (by[promise] ?? 0) + 1
    ;(found[promise] ??= []).push({
      what: `${what} @${step}/${history.steps.length}`,
      history,
      length: history.steps.length,
    })
  }
}
writeFileSync('/tmp/found.json', JSON.stringify(found))
process.stdout.write(
  `${((Number(n) / (performance.now() - t)) * 1000).toFixed(1)}/s ${JSON.stringify(by, null, 1)}\n`,
)
for (const [promise, all] of Object.entries(found))
  process.stdout.write(
    `${promise}: ${all
      .sort((a, b) => a.length - b.length)
      .slice(0, 3)
      .map(({ what }) => what)
      .join('\n    ')}\n`,
  )
process.exit(0)

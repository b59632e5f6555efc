import { basename } from 'node:path'
import process from 'node:process'
import type { Reporter, TestModule } from 'vitest/node'
import { say } from './install.ts'
import { BY_HAND, NOT_POSSIBLE, type NotPossible } from './not-possible.ts'

const nameOf = (module: TestModule): string => basename(module.moduleId, '.test.ts')

/** After a run: which tests passed in which engine, and what no browser can do. */
export class EnginesReport implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const engines = [...new Set(modules.map(({ project }) => project.name))].sort()
    const files = [...new Set(modules.map(nameOf))].sort()
    const cell = (file: string, engine: string) =>
      tally(modules.filter((module) => nameOf(module) === file && module.project.name === engine))
    say(`\nPassed of all, on each engine's own IndexedDB:\n`)
    say(row(['file', ...engines]))
    say(row(['---', ...engines.map(() => '--:')]))
    for (const file of files) say(row([file, ...engines.map((engine) => cell(file, engine))]))
    say('\nNot possible in a browser:\n')
    for (const one of NOT_POSSIBLE) say(`- ${titleOf(one)}: ${one.why}`)
    say('\nPlayed by hand:\n')
    for (const what of BY_HAND) say(`- ${what}`)
    for (const one of NOT_POSSIBLE.filter((entry) => isStale(entry, modules))) {
      say(`\nThere is no such test any more: ${titleOf(one)}`)
      process.exitCode = 1
    }
  }
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function tally(modules: readonly TestModule[]): string {
  const states = modules.flatMap((module) =>
    [...module.children.allTests()].map((test) => test.result().state),
  )
  const passed = states.filter((state) => state === 'passed').length
  return passed === states.length ? `${passed}` : `${passed} of ${states.length}`
}

const titleOf = ({ file, test, engines }: NotPossible): string =>
  `${file}${test === undefined ? '' : ` › ${test}`}${engines ? ` (${engines.join(', ')})` : ''}`

/** An entry for a test that has gone would hide one of the same name later. */
function isStale({ file, test }: NotPossible, modules: readonly TestModule[]): boolean {
  const ran = modules.filter((module) => nameOf(module) === file)
  const names = ran.flatMap((module) => [...module.children.allTests()].map(({ name }) => name))
  return test !== undefined && names.length > 0 && !names.includes(test)
}

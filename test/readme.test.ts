import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './child.ts'

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8')

test('every file or folder of the project that the README names exists', async () => {
  const named = [...(await read('README.md')).matchAll(/`((?:src|test|demo|docs|build)\/[^`*<…]*)`/g)]
  const gone = named.map(([, path = '']) => path).filter((path) => !existsSync(join(ROOT, path)))
  expect(gone).toEqual([])
})

test('every command that the README names is a script of the project', async () => {
  const { scripts } = JSON.parse(await read('package.json'))
  const named = [...(await read('README.md')).matchAll(/\bnpm (?:run ([\w:-]+)|(test|start))\b/g)]
  expect(named.length).toBeGreaterThan(0)
  for (const [command, script, short] of named)
    expect(Object.keys(scripts), command).toContain(script ?? short)
})

test('what CI runs is the command that the README names for the tests', async () => {
  const command = 'npm ci && npm test'
  expect(await read('README.md')).toContain(command)
  const lines = (await read('.ci/run')).split('\n').filter((line) => line && !/^(#|set |cd )/.test(line))
  expect(lines).toEqual([command])
})

test('every row of the table of faults names a test that exists', async () => {
  const rows = (await read('docs/faults.md')).split('\n').filter((line) => /^\| (?!-|fault)/.test(line))
  expect(rows.length).toBeGreaterThan(15)
  for (const row of rows) {
    const held = row.split('|').at(-2) ?? ''
    const tests = [...held.matchAll(/(browser )?`([\w-]+)`/g)].map(
      ([, browser, name]) => `test/${browser ? 'browser/' : ''}${name}.test.ts`,
    )
    expect(tests, row).not.toEqual([])
    expect(
      tests.filter((path) => !existsSync(join(ROOT, path))),
      row,
    ).toEqual([])
  }
})

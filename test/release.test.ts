import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './child.ts'

const read = (path: string) => readFile(join(ROOT, path), 'utf8')
const manifest = JSON.parse(await read('package.json'))

test('the changelog begins with what is not released yet, if anything, then with the version of the package', async () => {
  const headings = [...(await read('CHANGELOG.md')).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading)
  expect(headings.filter((heading) => heading !== 'Unreleased')[0]).toBe(manifest.version)
  expect(headings.lastIndexOf('Unreleased')).toBeLessThanOrEqual(0)
})

test('every command that CONTRIBUTING.md names is one of the project', async () => {
  const commands = [...(await read('CONTRIBUTING.md')).matchAll(/`npm (?:run )?([\w:]+)/g)].map(
    ([, name]) => name,
  )
  const known = [...Object.keys(manifest.scripts), 'ci', 'version']
  expect(commands.length).toBeGreaterThan(8)
  expect(commands.filter((name) => !known.includes(name ?? ''))).toEqual([])
})

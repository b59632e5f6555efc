import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from './child.ts'

const page = readFileSync(join(ROOT, 'docs/promises.md'), 'utf8')
const NAMES = Array.from({ length: 12 }, (_, index) => `P${index + 1}`)

/** What the page says of one promise. */
const sectionOf = (name: string): string =>
  page.split(/^## /m).find((section) => section.startsWith(`${name} `)) ?? ''

const testsOf = (name: string): readonly string[] =>
  [...sectionOf(name).matchAll(/\]\(\.\.\/(test\/[\w/.-]+\.test\.ts)\)/g)].map(([, path = '']) => path)

/** Does a test or a group of the file have the promise in its name? */
const names = (path: string, name: string): boolean =>
  new RegExp(`['"\`]${name} `).test(readFileSync(join(ROOT, path), 'utf8'))

describe.each(NAMES)('the page on promises says of %s', (name) => {
  test('what it is, and which tests hold it', () => {
    expect(sectionOf(name).length).toBeGreaterThan(100)
    expect(testsOf(name)).not.toEqual([])
  })

  test('tests that have its name in theirs', () => {
    expect(testsOf(name).filter((path) => !names(path, name))).toEqual([])
  })

  test('every test file that is called after it', () => {
    const prefix = `p${name.slice(1).padStart(2, '0')}-`
    const files = readdirSync(join(ROOT, 'test')).filter((file) => file.startsWith(prefix))
    expect(files).not.toEqual([])
    const missing = files.filter((file) => {
      const path = `test/${file}`
      return names(path, name) && !testsOf(name).includes(path)
    })
    expect(missing).toEqual([])
  })
})

test('there are twelve promises, and the page has no other', () => {
  const headings = [...page.matchAll(/^## (P\d+) /gm)].map(([, name]) => name)
  expect(headings).toEqual(NAMES)
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './child.ts'

const read = (path: string) => readFile(join(ROOT, path), 'utf8')
/** Lines without their indentation: a page may show a part of a file by itself. */
const flat = (text: string) => text.replace(/^ +/gm, '').trim()
const codeIn = (page: string) =>
  [...page.matchAll(/```tsx?\n(.*?)```/gs)]
    .map(([, code = '']) => flat(code))
    .sort((a, b) => b.length - a.length)[0]

test.each([
  ['docs/your-own-api.md', 'docs/examples/plain-remote.ts'],
  ['docs/pictures.md', 'demo/pwa.ts'],
  ['docs/react.md', 'docs/examples/react-app.tsx'],
])('the longest sample in %s is from %s, which a test runs', async (page, source) => {
  const code = codeIn(await read(page))
  expect(code?.length).toBeGreaterThan(500)
  expect(flat(await read(source))).toContain(code)
})

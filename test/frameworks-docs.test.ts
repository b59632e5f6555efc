import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { ROOT } from './child.ts'

const read = (path: string) => readFile(join(ROOT, path), 'utf8')
/** Lines without their indentation: the page shows a part of a file by itself. */
const flat = (text: string) => text.replace(/^ +/gm, '').trim()

async function sectionOf(framework: string): Promise<string> {
  const sections = (await read('docs/frameworks.md')).split(/^## /m)
  return sections.find((section) => section.startsWith(`${framework}\n`)) ?? ''
}

describe.each(['React', 'Vue', 'Svelte', 'Solid', 'Angular'])('the recipe for %s', (framework) => {
  test('is from the card that a browser test drives', async () => {
    const samples = [...(await sectionOf(framework)).matchAll(/```\w+\n(.*?)```/gs)]
    expect(samples.length).toBeGreaterThan(1)
    const folder = `demo/frameworks/${framework.toLowerCase()}`
    const files = await Promise.all(
      (await readdir(join(ROOT, folder))).map((name) => read(`${folder}/${name}`)),
    )
    const isTaken = (sample: string) => files.some((file) => flat(file).includes(flat(sample)))
    expect(samples.map(([, sample = '']) => sample).filter((sample) => !isTaken(sample))).toEqual([])
  })
})

test('the versions that docs/frameworks.md names are those that are tested', async () => {
  const page = await read('docs/frameworks.md')
  const named = [...page.matchAll(/(?<=[|,] )(@?[\w/-]+) (\d+\.\d+\.\d+)/g)]
  expect(named.length).toBeGreaterThan(5)
  const { dependencies } = JSON.parse(await read('demo/frameworks/package.json'))
  const { packages } = JSON.parse(await read('package-lock.json'))
  for (const [, name = '', version] of named)
    expect(dependencies[name] ?? packages[`node_modules/${name}`]?.version, name).toBe(version)
})

import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from './child.ts'

const read = (path: string) => readFile(join(ROOT, path), 'utf8')
/** The samples of one framework: `docs-samples.test.ts` holds them to the files that they name. */
async function samplesOf(framework: string): Promise<readonly string[]> {
  const sections = (await read('docs/frameworks.md')).split(/^## /m)
  const section = sections.find((section) => section.startsWith(`${framework}\n`)) ?? ''
  return [...section.matchAll(/```\w+ ?([^\n]*)\n.*?```/gs)].map(([, info = '']) => info)
}

test.each(['React', 'Vue', 'Svelte', 'Solid', 'Angular'])(
  'the recipe for %s is from the card that a browser test drives',
  async (framework) => {
    const samples = await samplesOf(framework)
    expect(samples.length).toBeGreaterThan(1)
    const from = `fragment from="demo/frameworks/${framework.toLowerCase()}/`
    expect(samples.filter((info) => !info.startsWith(from))).toEqual([])
  },
)

test('the versions that docs/frameworks.md names are those that are tested', async () => {
  const page = await read('docs/frameworks.md')
  const named = [...page.matchAll(/(?<=[|,] )(@?[\w/-]+) (\d+\.\d+\.\d+)/g)]
  expect(named.length).toBeGreaterThan(5)
  const { dependencies } = JSON.parse(await read('demo/frameworks/package.json'))
  const { packages } = JSON.parse(await read('package-lock.json'))
  for (const [, name = '', version] of named)
    expect(dependencies[name] ?? packages[`node_modules/${name}`]?.version, name).toBe(version)
})

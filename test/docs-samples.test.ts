import { readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { filter, firstValueFrom } from 'rxjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bin, makeFolder, ROOT, run } from './child.ts'
import { expectations, fileOf, type Sample, samples } from './docs-sample.ts'
import { play, prepare } from './docs-stage.ts'

const ALL = samples()
const COMPILED = ALL.filter(({ isFragment }) => !isFragment)
const RUN = COMPILED.filter(({ noRun }) => noRun === undefined)
const TAKEN = ALL.filter(({ from }) => from !== undefined)
/** As the project, and for a page: no types of Node. */
const CONFIG = {
  extends: join(ROOT, 'tsconfig.json'),
  compilerOptions: {
    types: [],
    moduleDetection: 'force',
    paths: {
      'rsvp-store': [join(ROOT, 'src/index.ts')],
      'rsvp-store/*': ['ts', 'tsx'].map((ending) => join(ROOT, `src/*.${ending}`)),
    },
  },
  include: ['*.ts', '*.tsx'],
  files: [join(ROOT, 'docs/samples.d.ts')],
}

let folder: Awaited<ReturnType<typeof makeFolder>>
beforeAll(async () => {
  folder = await makeFolder()
  await prepare(folder.path)
})
afterAll(() => folder[Symbol.asyncDispose]())

describe('the samples of all pages', () => {
  test('are there; each that is not run says why, each that is a part says of what', () => {
    const outputs = ALL.reduce((sum, sample) => sum + expectations(sample), 0)
    process.stdout.write(
      `samples: ${ALL.length}, ${COMPILED.length} compiled, ${RUN.length} run, ${outputs} outputs checked\n`,
    )
    expect(RUN.length).toBeGreaterThan(20)
    expect(outputs).toBeGreaterThan(5)
    expect(ALL.filter(({ noRun }) => noRun === '').map(({ name }) => name)).toEqual([])
    expect(ALL.filter(({ isFragment, from }) => isFragment && !from).map(({ name }) => name)).toEqual([])
  })

  test('compile, strictly', async () => {
    await using own = await makeFolder()
    await prepare(own.path, (code) => code)
    await writeFile(join(own.path, 'tsconfig.json'), JSON.stringify(CONFIG))
    for (const sample of COMPILED) await writeFile(join(own.path, fileOf(sample)), sample.code)
    await run(bin('tsc'), ['-p', own.path])
  }, 120_000)

  test.each(TAKEN.map((sample) => [sample.name, sample.from ?? '', sample] as const))(
    '%s stands in %s as it does here',
    (_, from, sample) => {
      expect(flat(readFileSync(join(ROOT, from), 'utf8'))).toContain(flat(sample.code))
    },
  )
})

describe('run, with the API in memory:', () => {
  test.each(RUN.map((sample) => [sample.name, sample] as const))('%s', async (_, sample) => {
    const { harness } = await play(sample, folder.path)
    expect(harness.checked).toBe(expectations(sample))
  })
})

describe("the README's quick start", () => {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const line = readme.slice(0, readme.indexOf('\n## Quick start')).split('\n').length
  const quickStart = ALL.find(({ page, name }) => page.text === readme && Number(name.split(':')[1]) > line)

  test('is 20 lines at most', () => {
    expect(quickStart?.code.trim().split('\n').length).toBeLessThanOrEqual(20)
  })

  test('draws the answer, and the server takes it', async () => {
    const { api, drawn, store } = await play(quickStart as Sample, folder.path)
    await firstValueFrom(store.outbox$.pipe(filter((entries) => entries.length === 0)))
    expect(api.writes()).toMatchObject([{ eventId: 'event-1', status: 'going' }])
    await expect.poll(() => drawn.at(-1)?.slice(-2)).toEqual(['going', 'synced'])
  })
})

/** Lines without their indentation: a page may show a part of a file by itself. */
function flat(text: string): string {
  return text.replace(/^ +/gm, '').trim()
}

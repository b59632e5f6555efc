import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'vite'

/** A contender's pages, built as its users would build theirs. */
export interface Built {
  /** The file name of the contender, and of its page. */
  readonly name: string
  /** Bytes of an app of this store alone, minified and gzipped. */
  readonly size: number
}

/** Builds one page a contender; no two share a script. */
export async function buildPages(bench: string, folder: string, names: readonly string[]): Promise<Built[]> {
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const limit = await bundle(`import ${JSON.stringify(join(bench, 'limit.ts'))}`, folder)
  await writeFile(join(folder, 'limit.js'), limit)
  const built: Built[] = []
  for (const name of names) {
    const contender = join(bench, 'contenders', `${name}.ts`)
    const page = await bundle(pageOf(bench, name), folder)
    await writeFile(join(folder, `${name}.js`), page)
    const alone = await bundle(`export { contender } from ${JSON.stringify(contender)}`, folder)
    built.push({ name, size: gzipSync(alone, { level: 9 }).length })
  }
  return built
}

/** The page of one contender, with the marks where each module begins. */
export const buildReadable = (bench: string, folder: string, name: string): Promise<string> =>
  bundle(pageOf(bench, name), folder, false)

const pageOf = (bench: string, name: string) =>
  `import { contender } from ${JSON.stringify(join(bench, 'contenders', `${name}.ts`))}
   import { run } from ${JSON.stringify(join(bench, 'page.ts'))}
   run(contender)`

/** One file each; what is in folders is parts of theirs. */
export async function contendersIn(bench: string): Promise<string[]> {
  const files = await readdir(join(bench, 'contenders'))
  return files.flatMap((file) => (file.endsWith('.ts') ? [file.slice(0, -'.ts'.length)] : [])).sort()
}

/** A contender that imports Dexie gets the very one that rsvp-store is built on; a library's own stays as it asks for. */
const SAME_DEXIE: Plugin = {
  name: 'same-dexie',
  enforce: 'pre',
  resolveId(source, importer) {
    if (source !== 'dexie' || !importer?.includes('/bench/contenders/')) return null
    return this.resolve(source, join(process.cwd(), 'package.json'), { skipSelf: true })
  },
}

/** One script with everything in it. */
async function bundle(entry: string, folder: string, minify = true): Promise<string> {
  const input = join(folder, 'entry.ts')
  await writeFile(input, entry)
  const built = await build({
    root: folder,
    configFile: false,
    logLevel: 'warn',
    mode: 'production',
    plugins: [SAME_DEXIE],
    build: {
      write: false,
      minify,
      target: 'es2022',
      modulePreload: false,
      assetsInlineLimit: Number.POSITIVE_INFINITY,
      rollupOptions: {
        input,
        preserveEntrySignatures: 'strict',
        output: { codeSplitting: false },
      },
    },
  })
  await rm(input)
  if (Array.isArray(built) || !('output' in built)) throw new Error('expected one build')
  const [chunk, ...more] = built.output
  if (more.length > 0)
    throw new Error(`expected one script, not also ${more.map(({ fileName }) => fileName)}`)
  return chunk.code
}

import { execFile } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { type ESTree, type Plugin, parseSync } from 'vite'

/** A name that another file exports; `*` is the whole of it. */
interface Elsewhere {
  readonly from: string
  readonly name: string
}

/** A declaration file, taken apart. */
interface Declarations {
  /** `/// <reference …>` lines. */
  readonly head: string
  readonly imports: Map<string, Elsewhere>
  readonly reexports: Map<string, Elsewhere>
  /** Text by declared name, comments included. */
  readonly texts: Map<string, string>
  /** `export … from …` and `export {}`. */
  readonly exportLists: string[]
}

/**
 * Writes the declaration files, then leaves in them only what the entry points lead to. Otherwise internal types would
 * be shipped, and with them the types of Dexie, which not every compiler setting can read.
 */
export function publicTypes(entries: readonly string[], outDir: string): Plugin {
  return {
    name: 'public-types',
    apply: 'build',
    async closeBundle() {
      await promisify(execFile)('npx', ['--no-install', 'tsc', '-p', 'src/tsconfig.json'])
      const files = await readAll(outDir)
      const kept = reach(
        files,
        entries.map((entry) => join(outDir, `${entry}.d.ts`)),
      )
      for (const [path, file] of files) {
        const names = kept.get(path)
        if (names) await writeFile(path, print(file, names))
        else await rm(path)
      }
    },
  }
}

async function readAll(outDir: string): Promise<Map<string, Declarations>> {
  const paths = (await readdir(outDir, { recursive: true })).filter((path) => path.endsWith('.d.ts'))
  const files = paths.map(async (name) => {
    const path = join(outDir, name)
    return [path, takeApart(path, await readFile(path, 'utf8'))] as const
  })
  return new Map(await Promise.all(files))
}

function takeApart(path: string, code: string): Declarations {
  const head = /^(\/\/\/.*\n)*/.exec(code)?.[0] ?? ''
  const file: Declarations = {
    ...{ head, imports: new Map(), reexports: new Map() },
    ...{ texts: new Map(), exportLists: [] },
  }
  let end = head.length
  for (const node of parseSync(path, code).program.body) {
    const text = code.slice(end, node.end).trim()
    end = node.end
    if (node.type === 'ImportDeclaration') {
      for (const one of node.specifiers)
        file.imports.set(one.local.name, { from: node.source.value, name: importedName(one) })
    } else if (node.type === 'ExportNamedDeclaration' && !node.declaration) {
      file.exportLists.push(text)
      if (!node.source) continue
      for (const { local, exported } of node.specifiers)
        file.reexports.set(wordOf(exported), { from: node.source.value, name: wordOf(local) })
    } else {
      const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : node
      const names = declaredNames(declared)
      if (names.length === 0) throw new Error(`${path}: cannot read this: ${text}`)
      for (const name of names) file.texts.set(name, [file.texts.get(name), text].filter(Boolean).join('\n'))
    }
  }
  return file
}

function declaredNames(node: ESTree.Node | null): string[] {
  if (node?.type === 'VariableDeclaration')
    return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []))
  return node && 'id' in node && node.id?.type === 'Identifier' ? [node.id.name] : []
}

function importedName(node: ESTree.ImportDeclaration['specifiers'][number]): string {
  if (node.type === 'ImportSpecifier') return wordOf(node.imported)
  return node.type === 'ImportDefaultSpecifier' ? 'default' : '*'
}

const wordOf = (node: ESTree.ModuleExportName): string => (node.type === 'Literal' ? node.value : node.name)

/** Every name a text may refer to; a property's name is taken for one too, which keeps a little too much at worst. */
const wordsIn = (text: string): string[] => text.replace(/\/\*.*?\*\//gs, '').match(/[\w$]+/g) ?? []

/** By file, the names that the entry points lead to. */
function reach(
  files: ReadonlyMap<string, Declarations>,
  entries: readonly string[],
): Map<string, Set<string>> {
  const kept = new Map<string, Set<string>>()
  function keep(path: string, name: string): void {
    const names = kept.get(path) ?? new Set()
    if (names.has(name)) return
    kept.set(path, names.add(name))
    const file = files.get(path)
    const elsewhere = file?.imports.get(name) ?? file?.reexports.get(name)
    const text = file?.texts.get(name) ?? ''
    const inline = [...text.matchAll(/\bimport\(["'](.+?)["']\)\.(\w+)/g)]
    const leads = inline.map(([, from = '', name = '']): Elsewhere => ({ from, name }))
    for (const { from, name } of elsewhere ? [elsewhere, ...leads] : leads)
      if (from.startsWith('.')) keep(join(dirname(path), from.replace(/\.ts$/, '.d.ts')), name)
    for (const word of wordsIn(text)) if (file?.texts.has(word) || file?.imports.has(word)) keep(path, word)
  }
  for (const path of entries) {
    const { texts, reexports } = files.get(path) ?? { texts: new Map(), reexports: new Map() }
    for (const name of [...texts.keys(), ...reexports.keys()]) keep(path, name)
  }
  return kept
}

function print({ head, imports, texts, exportLists }: Declarations, names: ReadonlySet<string>): string {
  const isKept = ([name]: readonly [string, unknown]) => names.has(name)
  const importLines = [...imports].filter(isKept).map(([local, { from, name }]) => {
    const what = name === '*' ? `* as ${local}` : `{ ${name === local ? local : `${name} as ${local}`} }`
    return `import type ${what} from '${from}';`
  })
  const kept = new Set([...texts].filter(isKept).map(([, text]) => text))
  return `${head}${[...importLines, ...kept, ...exportLists].join('\n')}\n`
}

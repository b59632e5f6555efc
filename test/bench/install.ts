import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { say } from '../browser/install.ts'
import { run } from '../child.ts'

interface Lock {
  readonly packages: Readonly<Record<string, { readonly version?: string; readonly optional?: boolean }>>
}

/** A folder with dependencies that the project has not: installs them where they are missing or others. */
export async function installIn(folder: string, words: string): Promise<void> {
  if (await isInstalled(folder)) return
  say(words)
  await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder })
}

async function isInstalled(folder: string): Promise<boolean> {
  const wanted = await lockIn(join(folder, 'package-lock.json'))
  if (!wanted) throw new Error(`there is no package-lock.json in ${folder}`)
  const installed = await lockIn(join(folder, 'node_modules/.package-lock.json'))
  return Object.entries(wanted.packages).every(
    ([path, { version, optional }]) =>
      path === '' || optional || installed?.packages[path]?.version === version,
  )
}

const lockIn = (path: string): Promise<Lock | undefined> =>
  readFile(path, 'utf8').then(
    (text) => JSON.parse(text),
    () => undefined,
  )

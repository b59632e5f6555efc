import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from './child.ts'

/** Builds the package and packs it into this folder; resolves with the tarball's path. */
export async function packInto(folder: string): Promise<string> {
  await run('npm', ['run', 'build'])
  await run('npm', ['pack', '--ignore-scripts', '--pack-destination', folder])
  const packed = (await readdir(folder)).find((file) => file.endsWith('.tgz'))
  return join(folder, packed ?? 'nothing was packed')
}

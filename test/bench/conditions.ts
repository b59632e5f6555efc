import { readFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { run } from '../child.ts'
import type { Conditions } from './results.ts'

/** Where the library of each contender is installed, from the project's folder. */
const LIBRARIES: Readonly<Record<string, readonly string[]>> = {
  'rsvp-store': ['.'],
  dexie: ['node_modules/dexie'],
  pouchdb: ['test/bench/node_modules/pouchdb-browser'],
  replicache: ['test/bench/node_modules/replicache'],
  rxdb: ['test/bench/node_modules/rxdb'],
  tanstack: [
    'test/bench/node_modules/@tanstack/db',
    'test/bench/node_modules/@tanstack/offline-transactions',
  ],
  tinybase: ['test/bench/node_modules/tinybase'],
}

export async function conditionsOf(
  chromium: string,
  names: readonly string[],
  beganMs: number,
): Promise<Conditions> {
  const said = await run(chromium, ['--version'], { cwd: process.cwd() })
  const processors = cpus()
  return {
    date: new Date().toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric' }),
    browser: /\w+ [\d.]+/.exec(said)?.[0] ?? said.trim(),
    node: process.versions.node,
    cpu: processors[0]?.model ?? 'unknown',
    cores: processors.length,
    minutes: Math.ceil((performance.now() - beganMs) / 60_000),
    versions: Object.fromEntries(
      await Promise.all(names.flatMap((name) => LIBRARIES[name] ?? []).map(versionIn)),
    ),
  }
}

async function versionIn(folder: string): Promise<[name: string, version: string]> {
  const { name, version } = JSON.parse(await readFile(join(process.cwd(), folder, 'package.json'), 'utf8'))
  return [name, version]
}

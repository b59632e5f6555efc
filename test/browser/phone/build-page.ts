import { join } from 'node:path'
import { build, type Plugin } from 'vite'
import { ROOT } from '../../child.ts'

const PAGE = 'test/browser/phone/page.ts'

/** The page that only makes a store, as one script; with the database's version of a later release, if one is given. */
export async function buildPage(schemaVersion?: number): Promise<string> {
  const built = await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    mode: 'production',
    define: { 'process.env.NODE_ENV': '"production"' },
    plugins: schemaVersion === undefined ? [] : [laterRelease(schemaVersion)],
    build: {
      write: false,
      target: 'es2022',
      modulePreload: false,
      rollupOptions: { input: join(ROOT, PAGE) },
    },
  })
  if (Array.isArray(built) || !('output' in built)) throw new Error('expected one build')
  return built.output[0].code
}

function laterRelease(version: number): Plugin {
  return {
    name: 'later-release',
    transform(code, id) {
      if (!id.endsWith('/storage/database.ts')) return undefined
      const later = code.replace(/this\.version\(\d+\)/, `this.version(${version})`)
      if (later === code) throw new Error('the database states no version')
      return { code: later, map: null }
    },
  }
}

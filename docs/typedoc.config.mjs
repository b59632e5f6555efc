import { existsSync, readFileSync } from 'node:fs'

const read = (path) => readFileSync(new URL(path, import.meta.url), 'utf8')
const isThere = (path) => existsSync(new URL(path, import.meta.url))

/** The source of each entry point that the package has. */
const entryPoints = Object.keys(JSON.parse(read('../package.json')).exports)
  .filter((name) => !name.endsWith('.json'))
  .map((name) => `../src/${name === '.' ? 'index' : name.slice(2)}`)
  .map((path) => `${path}${isThere(`${path}.ts`) ? '.ts' : '.tsx'}`)

/** @type {Partial<import('typedoc').TypeDocOptions & import('typedoc-plugin-markdown').PluginOptions>} */
export default {
  name: 'API',
  entryPoints,
  tsconfig: '../src/tsconfig.json',
  plugin: ['typedoc-plugin-markdown', './typedoc-plugin.mjs'],
  out: 'api',
  readme: 'none',
  router: 'member',
  groupOrder: ['Functions', 'Interfaces', 'Type Aliases', 'Variables', 'Classes', '*'],
  sort: ['source-order'],
  indexFormat: 'table',
  pageTitleTemplates: { module: '{name}', member: '{name}' },
  validation: { notExported: false },
  entryFileName: 'index',
  excludeInternal: true,
  excludeExternals: true,
  disableSources: true, // no address of the repository is known
  hidePageHeader: true,
  hideBreadcrumbs: true,
  expandObjects: true,
  parametersFormat: 'table',
  treatWarningsAsErrors: true,
}

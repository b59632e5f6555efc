import { join } from 'node:path'
import {
  createCompilerHost,
  exitCodeFromResult,
  formatDiagnostics,
  type Program,
  performCompilation,
  readConfiguration,
} from '@angular/compiler-cli'
import type { Plugin } from 'vite'

const isOurs = (path: string): boolean => path.startsWith(import.meta.dirname)

/** Of this folder: the rest of the project has a compiler of its own, which is quicker. */
const gatherDiagnostics = (program: Program) =>
  program
    .getTsProgram()
    .getSourceFiles()
    .filter(({ fileName }) => isOurs(fileName))
    .flatMap((file) => [
      ...program.getTsSyntacticDiagnostics(file),
      ...program.getTsSemanticDiagnostics(file),
      ...program.getNgSemanticDiagnostics(file.fileName),
    ])

/**
 * Angular's own compiler, for the files of this folder; templates are checked like code. The CLI would bring a bundler
 * and a development server of its own, and without this step `input()` is not known to be one.
 */
export function angular(): Plugin {
  const compiled = new Map<string, string>()
  return {
    name: 'angular-compiler',
    enforce: 'pre',
    buildStart() {
      const { options, rootNames } = readConfiguration(join(import.meta.dirname, 'tsconfig.json'))
      const host = createCompilerHost({ options })
      host.writeFile = (_path, code, _mark, _failed, sources) => {
        for (const { fileName } of sources ?? []) compiled.set(fileName, code)
      }
      const { diagnostics } = performCompilation({ rootNames, options, host, gatherDiagnostics })
      if (exitCodeFromResult(diagnostics) !== 0) this.error(formatDiagnostics(diagnostics))
    },
    load: (id) => (isOurs(id) ? compiled.get(id) : undefined),
  }
}

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './child.ts'

/** One Markdown file of the project. */
export interface Page {
  /** From the project's folder: `docs/guide/auth.md`. */
  readonly path: string
  readonly text: string
}

/** What is generated, or belongs to somebody else. */
const NOT_OURS = /^(node_modules|\.vitepress|api)\//

const pageAt = (path: string): Page => ({ path, text: readFileSync(join(ROOT, path), 'utf8') })

/** Everything that people read: the README, the changelog, and all of docs/. */
export function pages(): readonly Page[] {
  const docs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((path) => path.replaceAll('\\', '/'))
    .filter((path) => path.endsWith('.md') && !NOT_OURS.test(path))
    .sort()
  return ['README.md', 'CHANGELOG.md', ...docs.map((path) => `docs/${path}`)].map(pageAt)
}

/** Blocks of code are left out; lines are kept. */
export const withoutBlocks = (text: string): string =>
  text.replace(/^```.*?^```$/gms, (code) => code.replace(/[^\n]/g, ''))

/** The page without any code, so that nothing in it is taken for Markdown. */
export const proseOf = ({ text }: Page): string =>
  withoutBlocks(text).replace(/`[^`\n]*`/g, (code) => '·'.repeat(code.length))

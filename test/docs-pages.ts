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

const FENCE = /^```.*?^```$/gms

/** The page without its code, so that nothing in it is taken for Markdown; lines kept. */
export const proseOf = ({ text }: Page): string =>
  text
    .replace(FENCE, (code) => code.replace(/[^\n]/g, ''))
    .replace(/`[^`\n]*`/g, (code) => '·'.repeat(code.length))

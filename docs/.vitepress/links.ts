import { posix } from 'node:path'
import type { MarkdownRenderer } from 'vitepress'

type Tokens = ReturnType<MarkdownRenderer['parse']>

/** A file of the repository that this link of a page leads to, where it is not one of the site; else `undefined`. */
function fileOutside(page: string, href: string): string | undefined {
  if (/^([a-z]+:|[#/])/.test(href)) return undefined
  const path = posix.join('docs', posix.dirname(page), href)
  return path.startsWith('docs/') ? undefined : path
}

/**
 * Links that leave the pages lead to the repository. Where it has no address that is known, the file's path stands there
 * as text.
 */
export function linksToFiles(md: MarkdownRenderer, repository: string | undefined): void {
  md.core.ruler.push('links-to-files', ({ tokens, env }) => {
    for (const { children } of tokens) if (children) rewrite(children, env.relativePath ?? '', repository)
  })
}

function rewrite(tokens: Tokens, page: string, repository: string | undefined): void {
  let file: string | undefined
  let shown = ''
  for (const token of tokens) {
    if (token.type === 'link_open') {
      file = fileOutside(page, String(token.attrGet('href') ?? ''))
      shown = ''
      if (file && repository) token.attrSet('href', `${repository}/blob/main/${file}`)
      else if (file) Object.assign(token, { type: 'html_inline', content: '<span class="file">' })
    } else if (token.type === 'link_close') {
      const path = file === undefined || shown === file ? '' : ` (<code>${file.replace(/#.*/, '')}</code>)`
      if (file && !repository) Object.assign(token, { type: 'html_inline', content: `${path}</span>` })
      file = undefined
    } else shown += token.content
  }
}

import type { MarkdownRenderer } from 'vitepress'

type Tokens = ReturnType<MarkdownRenderer['parse']>

/**
 * Markdown has no table without a head, so ours have an empty one: `| | |`. A cell of a head that says nothing is read
 * out all the same; here it is none.
 */
export function tablesWithoutHead(md: MarkdownRenderer): void {
  md.core.ruler.push('tables-without-head', (state) => {
    const kept: Tokens = []
    let head: Tokens | undefined
    for (const token of state.tokens) {
      if (token.type === 'thead_open') head = []
      const part = head ?? kept
      part.push(token)
      if (head && token.type === 'thead_close') {
        kept.push(...cleared(head))
        head = undefined
      }
    }
    state.tokens = kept
  })
}

/** The head without cells that say nothing; nothing at all where they all do. */
function cleared(head: Tokens): Tokens {
  const isSilent = ({ type, content }: Tokens[number]) => type === 'inline' && content === ''
  if (head.filter(({ type }) => type === 'inline').every(isSilent)) return []
  for (const [at, cell] of head.entries())
    if (isSilent(cell)) for (const edge of [head[at - 1], head[at + 1]]) if (edge) edge.tag = 'td'
  return head
}

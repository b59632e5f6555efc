import type { MarkdownRenderer } from 'vitepress'

/**
 * Markdown has no table without a head, so ours have an empty one: `| | |`. A cell of a head that says nothing is read
 * out all the same; here it is none.
 */
export function tablesWithoutHead(md: MarkdownRenderer): void {
  md.core.ruler.push('tables-without-head', (state) => {
    const { tokens } = state
    const isIn = (head: number, at: number) => at > head && at < ends(head)
    const ends = (head: number) => tokens.findIndex(({ type }, at) => at > head && type === 'thead_close')
    const cells = (head: number) =>
      tokens.flatMap(({ type }, at) => (type === 'th_open' && isIn(head, at) ? [at] : []))
    const isEmpty = (cell: number) => tokens[cell + 1]?.content === ''
    const heads = tokens.flatMap(({ type }, at) => (type === 'thead_open' ? [at] : []))
    const needless = heads.filter((head) => cells(head).every(isEmpty))
    for (const cell of heads.flatMap(cells).filter(isEmpty))
      for (const token of [tokens[cell], tokens[cell + 2]]) if (token) token.tag = 'td'
    state.tokens = tokens.filter((_, at) => !needless.some((head) => at >= head && at <= ends(head)))
  })
}

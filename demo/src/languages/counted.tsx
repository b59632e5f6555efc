import type { Forms } from './catalogue.ts'
import { useWords } from './use-words.ts'

/** A text with its number in bold, wherever the language puts it. */
export function Counted({ forms, many }: { readonly forms: Forms; readonly many: number }) {
  const { formOf, number } = useWords()
  const [before, after] = formOf(forms, many).split('{count}')
  return (
    <span>
      {before}
      <b>{number(many)}</b>
      {after}
    </span>
  )
}

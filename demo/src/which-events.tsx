import { useWords } from './languages/use-words.ts'
import { listHref, WHICH, type Which } from './route.ts'

/** All events, or mine: what I said a moment ago counts, with or without a network. */
export function WhichEvents({ which }: { readonly which: Which }) {
  const { text } = useWords()
  return (
    <nav className="which" aria-label={text.list.which}>
      {WHICH.map((one) => (
        <a key={one} href={listHref(one)} aria-current={one === which ? 'page' : undefined}>
          {one === 'all' ? text.list.all : text.answer[one]}
        </a>
      ))}
    </nav>
  )
}

import { useCallback, useLayoutEffect, useMemo, useState } from 'react'
import { firstLanguage, remember } from './choice.ts'
import type { Language } from './languages.ts'
import { WordsContext } from './use-words.ts'
import { createWords } from './words.ts'

/** What is inside speaks the language that the browser wants, or that somebody has chosen here; so does the page. */
export function InWords({ children }: { readonly children: React.ReactNode }) {
  const [language, setLanguage] = useState(() => firstLanguage(navigator.languages))
  const words = useMemo(() => createWords(language, navigator.languages), [language])
  const choose = useCallback((wanted: Language) => {
    remember(wanted)
    setLanguage(wanted)
  }, [])

  useLayoutEffect(() => {
    const { documentElement: page } = document
    page.lang = words.language
    page.dir = words.direction
  }, [words])

  return <WordsContext value={useMemo(() => ({ words, choose }), [words, choose])}>{children}</WordsContext>
}

import { createContext, useContext } from 'react'
import type { Language } from './languages.ts'
import { createWords, type Words } from './words.ts'

export interface WordsChoice {
  readonly words: Words
  readonly choose: (language: Language) => void
}

export const WordsContext = createContext<WordsChoice>({ words: createWords('en', []), choose: () => {} })

/** The language of the page. */
export const useWords = (): Words => useContext(WordsContext).words

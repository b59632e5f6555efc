import { useContext } from 'react'
import { Icon } from '../icon.tsx'
import { LANGUAGES, type Language, SPOKEN } from './languages.ts'
import { WordsContext } from './use-words.ts'

/** The platform's own menu under a small icon: every language by its own name. */
export function LanguageMenu() {
  const { words, choose } = useContext(WordsContext)
  return (
    <span className="icon-button language">
      <Icon name="language" />
      <select
        data-testid="language"
        aria-label={words.text.header.language}
        value={words.language}
        onChange={({ target }) => choose(target.value as Language)}
      >
        {LANGUAGES.map((language) => (
          <option key={language} value={language} lang={language}>
            {SPOKEN[language].name}
          </option>
        ))}
      </select>
    </span>
  )
}

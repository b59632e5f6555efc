import { LANGUAGES, type Language } from './languages.ts'

const KEPT_AS = 'gatherings language'

const baseOf = (tag: string): string => tag.toLowerCase().split('-')[0] ?? ''
const asLanguage = (name: string | null): Language | undefined => LANGUAGES.find((known) => known === name)

/** What was chosen in the app, else the first of the browser's languages that the app speaks, else English. */
export function firstLanguage(browser: readonly string[]): Language {
  return asLanguage(remembered()) ?? browser.map(baseOf).map(asLanguage).find(Boolean) ?? 'en'
}

/** `de-AT` for German where the browser asks for that: dates and numbers as they are written there. */
export const localeOf = (language: Language, browser: readonly string[]): string | undefined =>
  browser.find((tag) => baseOf(tag) === language && tag.includes('-'))

/** Where nothing may be kept, the choice lasts as long as the page. */
export function remember(language: Language): void {
  try {
    localStorage.setItem(KEPT_AS, language)
  } catch {}
}

function remembered(): string | null {
  try {
    return localStorage.getItem(KEPT_AS)
  } catch {
    return null
  }
}

import { ar } from './ar.ts'
import type { Catalogue } from './catalogue.ts'
import { de } from './de.ts'
import { en } from './en.ts'

export type Language = 'en' | 'de' | 'ar'

interface Spoken {
  /** What those who speak it call it. */
  readonly name: string
  readonly direction: 'ltr' | 'rtl'
  /** Whose dates and numbers it has where the browser names no region. */
  readonly locale: string
  readonly text: Catalogue
}

/**
 * The languages of the app, in the order of the menu. All are part of the app's one script: three small texts weigh
 * less than a way of loading them that could fail without a network.
 */
export const SPOKEN: Readonly<Record<Language, Spoken>> = {
  en: { name: 'English', direction: 'ltr', locale: 'en-GB', text: en },
  de: { name: 'Deutsch', direction: 'ltr', locale: 'de-DE', text: de },
  ar: { name: 'العربية', direction: 'rtl', locale: 'ar', text: ar },
}

export const LANGUAGES = Object.keys(SPOKEN) as readonly Language[]

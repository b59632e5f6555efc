import type { Catalogue, Forms } from './catalogue.ts'
import { localeOf } from './choice.ts'
import { type Language, SPOKEN } from './languages.ts'
import { createTimes, type Times } from './times.ts'

/** A language as the app uses it: its texts, and its way with numbers and moments. */
export interface Words {
  readonly language: Language
  readonly direction: 'ltr' | 'rtl'
  readonly text: Catalogue
  readonly times: Times
  number(value: number): string
  /** The form that this number asks for; `{count}` is still in it. */
  formOf(forms: Forms, many: number): string
  /** The same with the number in its place. */
  counted(forms: Forms, many: number): string
}

/** `browser`: the browser's languages, the dearest first; they may name a region. */
export function createWords(language: Language, browser: readonly string[]): Words {
  const { direction, text, locale: usual } = SPOKEN[language]
  const locale = localeOf(language, browser) ?? usual
  const rules = new Intl.PluralRules(locale)
  const numbers = new Intl.NumberFormat(locale)
  const number = (value: number) => numbers.format(value)
  const formOf = (forms: Forms, many: number) => forms[rules.select(many)] ?? forms.other
  return {
    language,
    direction,
    text,
    times: createTimes(locale, text.time),
    number,
    formOf,
    counted: (forms, many) => formOf(forms, many).replace('{count}', number(many)),
  }
}

/** A title or a name inside a sentence: it runs its own way and turns nothing around it (FSI … PDI). */
export const isolated = (text: string): string => `\u2068${text}\u2069`

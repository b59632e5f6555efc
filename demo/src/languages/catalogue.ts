import type { en } from './en.ts'

/** A text in each form that numbers ask for in a language; `{count}` stands for the number. */
export type Forms = Readonly<Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }>

type Said<Text, Plural> = Text extends string
  ? string
  : Text extends (...values: infer Values) => string
    ? (...values: Values) => string
    : Text extends { readonly other: string }
      ? Plural
      : { readonly [Key in keyof Text]: Said<Text[Key], Plural> }

/** Everything the app says, in one language. English is written first: it says what there is to say. */
export type Catalogue = Said<typeof en, Forms>

/** The same in a language with these plural forms: the compiler names the text, or the form, that is missing. */
export type CatalogueWith<Rule extends Intl.LDMLPluralRule> = Said<
  typeof en,
  Readonly<Record<Rule | 'other', string>>
>

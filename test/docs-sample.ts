import { type Page, pages } from './docs-pages.ts'

/** One block of code in a page. */
export interface Sample {
  /** `README.md:36`. */
  readonly name: string
  readonly page: Page
  readonly language: 'ts' | 'tsx'
  readonly code: string
  /** Why it is not run here. */
  readonly noRun: string | undefined
  /** The file of the project that it was taken from; it must stand there as it is here. */
  readonly from: string | undefined
  /** A part of a file: compiled there, and not by itself. */
  readonly isFragment: boolean
}

const FENCE = /^```(tsx?)\b([^\n]*)\n(.*?)^```$/gms

const attribute = (info: string, name: string): string | undefined =>
  new RegExp(`\\b${name}="([^"]*)"`).exec(info)?.[1]

function samplesIn(page: Page): readonly Sample[] {
  return [...page.text.matchAll(FENCE)].map(({ 1: language, 2: info = '', 3: code = '', index }) => ({
    name: `${page.path}:${page.text.slice(0, index).split('\n').length}`,
    page,
    language: language as Sample['language'],
    code,
    noRun: attribute(info, 'no-run'),
    from: attribute(info, 'from'),
    isFragment: /\bfragment\b/.test(info),
  }))
}

export const samples = (): readonly Sample[] => pages().flatMap(samplesIn)

/** As a file's name. */
export const fileOf = ({ name, language }: Sample): string => `${name.replace(/\W+/g, '-')}.${language}`

const EXPECTED = /^(\s*)(.+?)\s*\/\/ → (.+)$/

/** How many lines say what comes out. */
export const expectations = ({ code }: Sample): number =>
  code.split('\n').filter((line) => EXPECTED.test(line)).length

/**
 * The code that holds such a line to its word: `expression // → value`. With `…` the value is a part of what must come
 * out.
 */
export const withChecks = (code: string): string =>
  code
    .split('\n')
    .map((line) => {
      const [, indent = '', expression, expected = ''] = EXPECTED.exec(line) ?? []
      if (expression === undefined) return line
      const isPart = expected.includes('…')
      return `${indent};harness.check(${expression}, ${expected.replace(/,?\s*…/, '')}, ${isPart})`
    })
    .join('\n')

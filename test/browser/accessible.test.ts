import type { Page } from 'playwright'
import { beforeAll, describe, expect, test, vi } from 'vitest'
import { LANGUAGES, type Language, SPOKEN } from '../../demo/src/languages/languages.ts'
import { eventuallyOn, openDemo } from './app.ts'
import { startDemo } from './demo.ts'
import { faults, placeAxe } from './faults.ts'
import { launch } from './launch.ts'
import { ENGINES } from './phone/engines.ts'
import { moving, piecesSaid, sideways, wordsCutOff } from './seen.ts'
import { DEMO_STATES } from './states.ts'

vi.setConfig({ testTimeout: 240_000, hookTimeout: 480_000 }) // many pages on a busy machine; nothing waits for time

const PHONE = { width: 390, height: 844 }
const SMALLEST = { width: 320, height: 640 }

/** What is found in each state, by its name. */
type FoundByState = Readonly<Record<string, Awaited<ReturnType<typeof lookAt>>>>

async function lookAt(page: Page) {
  await page.evaluate(placeAxe)
  const found = {
    way: await page.evaluate(() => {
      const { lang, dir } = document.documentElement
      return { lang, dir }
    }),
    pieces: await page.evaluate(piecesSaid),
    moving: await page.evaluate(moving),
    faults: await page.evaluate(faults, undefined),
    faultsInTheDark: await inTheDark(page),
  }
  return { ...found, ...(await withLargeLetters(page)) }
}

async function inTheDark(page: Page): Promise<readonly string[]> {
  await page.emulateMedia({ colorScheme: 'dark' })
  const found = await page.evaluate(faults, 'color-contrast')
  await page.emulateMedia({ colorScheme: 'light' })
  return found
}

/** Twice as large as usual, on the smallest phone. */
async function withLargeLetters(page: Page) {
  await page.setViewportSize(SMALLEST)
  const large = await page.addStyleTag({ content: 'html { font-size: 200% }' })
  const found = {
    letters: await page.evaluate(() => getComputedStyle(document.body).fontSize),
    cutOff: await page.evaluate(wordsCutOff),
    sideways: await page.evaluate(sideways),
  }
  await large.evaluate((element) => (element as Element).remove())
  await page.setViewportSize(PHONE)
  return found
}

async function walk(locale: Language): Promise<FoundByState> {
  await using demo = await startDemo()
  await using browser = await launch()
  const page = await browser.newPage({
    viewport: PHONE,
    locale,
    colorScheme: 'light',
    reducedMotion: 'reduce',
  })
  const found: Record<string, Awaited<ReturnType<typeof lookAt>>> = {}
  for (const { name, reach } of DEMO_STATES) {
    await reach(page, demo.url)
    found[name] = await lookAt(page)
  }
  return found
}

/** Every sentence of a catalogue; what a number or a name is put into is left out. */
const sentencesOf = (said: unknown): readonly string[] =>
  typeof said === 'string'
    ? [said].filter((text) => text !== '' && !text.includes('{count}'))
    : typeof said === 'object' && said !== null
      ? Object.values(said).flatMap(sentencesOf)
      : []

/** What is said in other languages only. */
function foreignTo(language: Language): ReadonlySet<string> {
  const own = new Set(sentencesOf(SPOKEN[language].text))
  const all = LANGUAGES.flatMap((other) => sentencesOf(SPOKEN[other].text))
  return new Set(all.filter((sentence) => !own.has(sentence)))
}

describe.for(LANGUAGES.map((language) => [language] as const))('in %s, in every state', ([language]) => {
  let foundByState: FoundByState = {}
  beforeAll(async () => {
    foundByState = await walk(language)
  })

  /** The same of every state, by its name. */
  const each = <T>(pick: (found: FoundByState[string]) => T) =>
    Object.fromEntries(Object.entries(foundByState).map(([name, found]) => [name, pick(found)]))
  const everywhere = <T>(value: T) => Object.fromEntries(DEMO_STATES.map(({ name }) => [name, value]))

  test('the app is open to everybody, in the light and in the dark', () => {
    expect(each((found) => found.faults)).toEqual(everywhere([]))
    expect(each((found) => found.faultsInTheDark)).toEqual(everywhere([]))
  })

  test('nothing moves for whoever asks for that', () => {
    expect(each((found) => found.moving)).toEqual(everywhere([]))
  })

  test('letters twice as large on the smallest phone: nothing is cut off, nothing scrolls sideways', () => {
    expect(each(({ letters }) => letters)).toEqual(everywhere('32px'))
    expect(each(({ cutOff }) => cutOff)).toEqual(everywhere([]))
    expect(each((found) => found.sideways)).toEqual(everywhere([]))
  })

  test('everything is in that language and its direction: no key shows, and no other language', () => {
    const foreign = foreignTo(language)
    const isWrong = (piece: string) => foreign.has(piece) || /[{}]|undefined|\[object/.test(piece)
    expect(each(({ way }) => way)).toEqual(everywhere({ lang: language, dir: SPOKEN[language].direction }))
    expect(each(({ pieces }) => pieces.filter(isWrong))).toEqual(everywhere([]))
    expect(each(({ pieces }) => pieces.length > 5)).toEqual(everywhere(true))
  })
})

const others = ENGINES.filter(({ name }) => name !== 'chromium').map(
  (engine) => [engine.name, engine] as const,
)

describe.for(others)('%s', ([, engine]) => {
  test('the list and an event are open to everybody, in English and in Arabic', async () => {
    await using demo = await startDemo()
    const tab = await openDemo(engine, demo.url)
    for (const language of ['en', 'ar']) {
      await tab.evaluate((chosen) => localStorage.setItem('gatherings language', chosen), language)
      for (const address of [`?first=${language}`, `?then=${language}#/event/event-1`]) {
        await tab.goto(`${demo.url}${address}`)
        await eventuallyOn(tab, () => document.querySelector('article') !== null).toBe(true)
        await tab.evaluate(placeAxe)
        expect(await tab.evaluate(() => document.documentElement.lang)).toBe(language)
        expect(await tab.evaluate(faults, undefined), address).toEqual([])
      }
    }
  })
})

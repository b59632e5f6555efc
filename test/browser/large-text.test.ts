import { chromium, type Page } from 'playwright'
import { describe, expect, test, vi } from 'vitest'
import { startDemo } from './demo.ts'
import { launchOptions } from './launch.ts'
import { DEMO_STATES } from './states.ts'

vi.setConfig({ testTimeout: 240_000 }) // many pages on a busy machine; nothing waits for time

/** A small phone whose owner has asked the browser for letters of twice the usual size. */
async function openLarge(locale: string) {
  const { args, ...others } = launchOptions()
  const browser = await chromium.launch({ ...others, args: [...args, '--blink-settings=defaultFontSize=32'] })
  const page = await browser.newPage({
    viewport: { width: 320, height: 640 },
    locale,
    reducedMotion: 'reduce',
  })
  return { page, [Symbol.asyncDispose]: () => browser.close() }
}

/** Words that cannot be read: beside the page, or cut off by what holds them. */
const unreadable = () => {
  const found: string[] = []
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const isCutting = (element: Element) => /hidden|clip/.test(getComputedStyle(element).overflow)

  function holders(element: Element | null): readonly Element[] {
    return element ? [...(isCutting(element) ? [element] : []), ...holders(element.parentElement)] : []
  }

  for (let node = words.nextNode(); node; node = words.nextNode()) {
    const parent = node.parentElement
    if (!node.nodeValue?.trim() || !parent || parent.closest('.unseen, select, script, noscript')) continue
    if (getComputedStyle(parent).visibility === 'hidden') continue
    const range = document.createRange()
    range.selectNodeContents(node)
    const places = [
      { left: 0, right: document.documentElement.clientWidth, top: -Infinity, bottom: Infinity },
      ...holders(parent).map((element) => element.getBoundingClientRect()),
    ]
    const isCut = [...range.getClientRects()].some((word) =>
      places.some(
        ({ left, right, top, bottom }) =>
          word.left < left - 1 || word.right > right + 1 || word.top < top - 1 || word.bottom > bottom + 1,
      ),
    )
    if (isCut) found.push(node.nodeValue)
  }
  return found
}

/** What can be scrolled sideways: the page, or a panel in it. */
const sideways = () =>
  [document.documentElement, ...document.querySelectorAll('dialog, .answer-bar')]
    .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth)
    .map(({ tagName, className }) => `${tagName} ${className}`)

const widths = async (page: Page) => ({
  letters: await page.evaluate(() => getComputedStyle(document.body).fontSize),
  page: await page.evaluate(() => innerWidth),
})

describe.for([['en'], ['de'], ['ar']] as const)('in %s', ([locale]) => {
  test('letters twice as large on the smallest phone: nothing is cut off, nothing scrolls sideways', async () => {
    await using demo = await startDemo()
    await using large = await openLarge(locale)
    const { page } = large
    for (const { name, reach } of DEMO_STATES) {
      await reach(page, demo.url)
      expect(await widths(page), name).toEqual({ letters: '32px', page: 320 })
      expect(await page.evaluate(unreadable), name).toEqual([])
      expect(await page.evaluate(sideways), name).toEqual([])
    }
  })
})

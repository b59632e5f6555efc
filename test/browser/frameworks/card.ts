import type { Browser, Page } from 'playwright'
import { expect, onTestFinished } from 'vitest'
import type { CardPage } from '../../../demo/frameworks/page.ts'
import type { RsvpStatus } from '../../../src/index.ts'

declare global {
  /** The page hands its card to whoever looks at it. */
  var card: CardPage
  /** What a person sees of the card now. */
  var look: () => Seen
}

/**
 * A phone that nobody has used before, with this page on its screen; what it writes to its console is in `said`. The
 * test fails when the page throws.
 */
export async function openPage(browser: Browser, url: string, said: string[] = []): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, reducedMotion: 'reduce' })
  await context.addInitScript(`globalThis.look = ${seenNow}`)
  const page = await context.newPage()
  const thrown: unknown[] = []
  page.on('pageerror', (error) => thrown.push(error))
  page.on('console', (message) => said.push(message.text()))
  onTestFinished(async () => {
    await context.close()
    expect(thrown).toEqual([])
  })
  await page.goto(url)
  await isUpToDate(page)
  return page
}

/** The card shows what the server has, and nothing is under way. */
export async function isUpToDate(page: Page): Promise<void> {
  await page.locator('article h2').waitFor()
  await page.waitForFunction(() => {
    let isIdle = false
    const look = card.store.status$.subscribe(({ work, lastSyncedAt }) => {
      isIdle = work === 'idle' && lastSyncedAt !== undefined
    })
    look.unsubscribe()
    return isIdle
  })
}

export const radio = (page: Page, name: string) => page.getByRole('radio', { name, exact: true })
export const mark = (page: Page, sync: string) => page.locator(`.mark[data-sync="${sync}"]`).waitFor()
export const network = (page: Page, state: string) =>
  page.locator(`.network[data-network="${state}"]`).waitFor()

export interface Seen {
  readonly answer: string | undefined
  readonly sync: string | undefined
  readonly going: number
}

const seenNow = (): Seen => {
  const element = (selector: string) => document.querySelector<HTMLElement>(selector)
  return {
    answer: element('[aria-checked="true"]')?.dataset.answer,
    sync: element('.mark')?.dataset.sync,
    going: Number(element('[data-count="going"] b')?.textContent),
  }
}

/** Taps, and looks at what the next frame shows. */
export const tapAndLook = (page: Page, answer: RsvpStatus): Promise<Seen> =>
  page.evaluate(async (answer) => {
    document.querySelector<HTMLElement>(`[data-answer="${answer}"]`)?.click()
    await new Promise((resolve) => requestAnimationFrame(resolve))
    return look()
  }, answer)

export const lookAt = (page: Page): Promise<Seen> => page.evaluate(() => look())

/** Another device's answer to another event comes, then one to this event: how often the card is drawn for both. */
export const drawsForNews = (page: Page): Promise<number> =>
  page.evaluate(async () => {
    const { token } = await (await fetch('/__double/token?user=ada')).json()
    const news = async (eventId: string, going: number) => {
      const headers = { authorization: `Bearer ${token}` }
      const reply = await (await fetch(`/api/v1/events/${eventId}`, { headers })).json()
      reply.events[0].rsvpCount = going
      return reply
    }
    const [mine, other] = await Promise.all([news('event-1', 4_321), news('event-2', 1_234)])
    const before = card.draws()
    await card.store.merge(other)
    await card.store.merge(mine)
    while (look().going !== 4_321) await new Promise((resolve) => requestAnimationFrame(resolve))
    return card.draws() - before
  })

/** The card as a tree of elements, as everybody's browser sees it; figures as 0. */
export const outline = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const draw = (node: Node): string => {
      if (node instanceof Text) return node.data.replace(/\d+/g, '0').replace(/\s+/g, ' ').trim()
      if (!(node instanceof HTMLElement)) return ''
      const given = [...node.attributes]
        .map(({ name, value }) => ` ${name}="${value.replace(/\d+/g, '0')}"`)
        .sort()
      return `<${node.localName}${given.join('')}>${[...node.childNodes].map(draw).join('')}`
    }
    return draw(document.querySelector('article') as HTMLElement)
  })

/** The same, as it is meant to be while nothing was said. */
export const outlineOf = (title: string): string =>
  [
    '<article aria-busy="false" class="card" data-event-id="event-0" data-window="open">',
    `<h2>${title.replace(/\d+/g, '0')}`,
    '<ul class="counts"><li data-count="going"><b>0going<li data-count="interested"><b>0interested',
    '<p class="mark" data-sync="synced" role="status">Will you be there?',
    '<div aria-label="Your answer" class="answers" role="radiogroup">',
    '<button aria-checked="false" data-answer="going" role="radio" tabindex="0" type="button">Going',
    '<button aria-checked="false" data-answer="interested" role="radio" tabindex="-0" type="button">Interested',
    '<button aria-checked="false" data-answer="not_going" role="radio" tabindex="-0" type="button">Can\'t go',
    '<p class="network" data-network="online">Online',
  ].join('')

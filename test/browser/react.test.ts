import { text } from 'node:stream/consumers'
import type { Browser, Page } from 'playwright'
import { createElement } from 'react'
import { renderToReadableStream, renderToString } from 'react-dom/server'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { createRsvpStore } from '../../src/index.ts'
import { RsvpStoreProvider } from '../../src/react.ts'
import { launch } from './launch.ts'
import { eventually } from './phone/eventually.ts'
import { App, Later } from './react/app.tsx'
import { buildStage, openStage } from './react/open-stage.ts'

vi.setConfig({ testTimeout: 240_000 }) // a browser starts slowly on a busy machine; nothing waits for time

let browser: Browser
let script: string
beforeAll(async () => {
  script = await buildStage()
  browser = await launch()
})
afterAll(() => browser?.close())

const open = async (markup?: string): Promise<Page> => (await openStage(browser, script, markup)).page

const shown = (page: Page, selector: string) =>
  page.evaluate((at) => document.querySelector(at)?.textContent, selector)
const shows = (page: Page, selector: string, wanted: string | RegExp) =>
  eventually(() => shown(page, selector)).toMatch(wanted)
const openNow = (page: Page) => page.evaluate(() => [...stage.counts.ada.open])
const openEver = (page: Page) => page.evaluate(() => [...stage.counts.ada.ever])
const rendersOf = (page: Page) => page.evaluate(() => stage.scenes.renders)
const forget = (page: Page) =>
  page.evaluate(() => {
    stage.scenes.renders.length = 0
    stage.scenes.commits.length = 0
  })

describe('what the user sees', () => {
  test('the app of docs/react.md opens an event, and takes an answer without a network', async () => {
    const page = await open()
    await page.evaluate(() => {
      const { h, show, Example, stores } = stage
      show(h(Example, { store: stores.ada }))
    })
    await eventually(() => page.getByRole('button').count()).toBe(21)
    await page.getByRole('button', { name: 'More' }).click()
    await eventually(() => page.getByRole('button').count()).toBeGreaterThan(21)
    await page.getByRole('button').nth(3).click() // the first begins too soon to be answered
    await shows(page, 'h2', /./)
    await page.evaluate(() => {
      stage.api.mood = 'down'
    })
    await page.getByRole('button', { name: 'Going' }).click()
    await eventually(() => page.getByText('1 to send').count()).toBe(1)
    await eventually(() => page.getByText('Kept, and sent when there is a network.').count()).toBe(1)
    expect(await page.getByRole('button', { name: 'Going' }).getAttribute('aria-pressed')).toBe('true')
  })

  test('an answer given by a hook is shown by every hook, and is taken by the server', async () => {
    const page = await open()
    await page.evaluate(() => {
      const { h, scenes, show } = stage
      show([h(scenes.Mine, { id: 'event-1', key: 1 }), h(scenes.Title, { id: 'event-1', key: 2 })])
    })
    await shows(page, 'output', /^null open/)
    await page.getByRole('button', { name: 'Going' }).click()
    await shows(page, 'output', /^going open/)
    await shows(page, 'p', /^event-1 going/)
    await eventually(() => page.evaluate(() => stage.api.writes().length)).toBe(1)
  })

  test('a refused answer is shown with its reason, and is discarded or sent again by a tap', async () => {
    const page = await open()
    await page.evaluate(() => stage.show(stage.h(stage.scenes.Mine, { id: 'event-1' })))
    await shows(page, 'output', /^null open/)
    await page.evaluate(() => {
      stage.api.mood = 'refusing'
    })
    await page.getByRole('button', { name: 'Going' }).click()
    await shows(page, 'output', /failed \w+/)
    await page.getByRole('button', { name: 'Discard' }).click()
    await shows(page, 'output', /^null open$/)
    await page.getByRole('button', { name: 'Going' }).click()
    await shows(page, 'output', /failed \w+/)
    await page.evaluate(() => {
      stage.api.mood = 'well'
    })
    await page.getByRole('button', { name: 'Retry' }).click()
    await shows(page, 'output', /^going open$/)
  })

  test('who comes, what waits and how the store is', async () => {
    const page = await open()
    await page.evaluate(() => {
      stage.api.putEvent({ eventId: 'event-new' })
      for (const user of ['bob', 'carl']) stage.api.answerAs(user, 'event-new', 'going')
      stage.show(stage.h(stage.scenes.Around, { id: 'event-new' }))
    })
    await shows(page, 'output', /^bob; 0; ready$/)
    await page.getByRole('button', { name: 'More' }).click()
    await shows(page, 'output', /^bob,carl; 0; ready$/)
    await page.evaluate(async () => {
      stage.api.mood = 'down'
      await stage.stores.ada.rsvp('event-1', 'going')
    })
    await shows(page, 'output', /^bob,carl; 1; ready$/)
  })
})

describe('subscriptions', () => {
  test.each([[false], [true]])(
    'one while it is mounted, none after that; in StrictMode: %s',
    async (isStrict) => {
      const page = await open()
      await page.evaluate(
        (isStrict) => stage.show(stage.h(stage.scenes.Title, { id: 'event-1' }), { isStrict }),
        isStrict,
      )
      await shows(page, 'p', /^event-1/)
      expect(await openNow(page)).toEqual([['event event-1', 1]])
      expect(await openEver(page)).toEqual([['event event-1', 1]])
      await page.evaluate(() => stage.hide())
      expect(await openNow(page)).toEqual([])
    },
  )

  test('two components share one, and the second has the value in its first render', async () => {
    const page = await open()
    await page.evaluate(() => stage.show(stage.h(stage.scenes.Title, { id: 'event-1', key: 1 })))
    await shows(page, 'p', /^event-1/)
    await forget(page)
    await page.evaluate(() => {
      const { h, scenes, show } = stage
      show([
        h(scenes.Title, { id: 'event-1', key: 1 }),
        h(scenes.Title, { id: 'event-1', name: 'second', key: 2 }),
      ])
    })
    const second = (await rendersOf(page)).filter((line) => line.startsWith('second'))
    expect(second).not.toEqual([])
    expect(second.filter((line) => line.includes('unknown'))).toEqual([])
    expect(await openNow(page)).toEqual([['event event-1', 1]])
    expect(await openEver(page)).toEqual([['event event-1', 1]])
  })

  test('a component that takes the place of another, in one commit, never shows less', async () => {
    const page = await open()
    await page.evaluate(() => stage.show(stage.h(stage.scenes.Title, { id: 'event-1', key: 'one' })))
    await shows(page, 'p', /^event-1/)
    await forget(page)
    await page.evaluate(() => stage.show(stage.h(stage.scenes.Title, { id: 'event-1', key: 'other' })))
    const lines = await rendersOf(page)
    expect(lines).not.toEqual([])
    expect(lines.filter((line) => line.includes('unknown'))).toEqual([])
    expect(await openEver(page)).toEqual([['event event-1', 1]])
  })

  test('a query written in place does not subscribe anew, and a Date is as good as a number', async () => {
    const page = await open()
    await page.evaluate(() => stage.show(stage.h(stage.scenes.List, { query: { from: 1000, limit: 5 } })))
    await eventually(() => page.locator('li').count()).toBe(5)
    await forget(page)
    await page.evaluate(() => {
      const { h, scenes, show } = stage
      show(h(scenes.List, { query: { limit: 5, from: new Date(1000) } }))
      show(h(scenes.List, { query: { from: '1970-01-01T00:00:01Z', limit: 5 } }))
    })
    expect(await openEver(page)).toEqual([['events', 1]])
    expect([...new Set(await rendersOf(page))]).toEqual(['list 5: 5'])
    await page.evaluate(() =>
      stage.show(stage.h(stage.scenes.List, { query: { status: 'cancelled', limit: 5 } })),
    )
    await eventually(() => page.locator('li').count()).toBe(2)
    const lines = (await rendersOf(page)).filter((line) => line.startsWith('list cancelled'))
    expect(lines.filter((line) => line.includes('list cancelled: 5'))).toEqual([])
    expect(await openNow(page)).toEqual([['events', 1]])
  })

  test('a list grows by loadMore, which stays the same function', async () => {
    const page = await open()
    await page.evaluate(() => stage.show(stage.h(stage.scenes.List, { query: { limit: 5 } })))
    await eventually(() => page.locator('li').count()).toBe(5)
    await page.getByRole('button', { name: 'More' }).click()
    await eventually(() => page.locator('li').count()).toBe(10)
    expect((await rendersOf(page)).filter((line) => line.includes('another'))).toEqual([])
  })
})

describe('renders', () => {
  test('each shows something new, from a tap to the word of the server', async () => {
    const page = await open()
    await page.evaluate(() => {
      const { h, scenes, show } = stage
      show([h(scenes.Mine, { id: 'event-1', key: 1 }), h(scenes.Title, { id: 'event-1', key: 2 })])
    })
    await shows(page, 'p', /^event-1/)
    await page.getByRole('button', { name: 'Going' }).click()
    await eventually(() => page.evaluate(() => stage.api.writes().length)).toBe(1)
    await page.evaluate(async () => {
      const receipt = await stage.stores.ada.rsvp('event-1', 'interested')
      await receipt.settled
    })
    await shows(page, 'p', /^event-1 interested/)
    for (const name of ['ada', 'title']) {
      const lines = (await rendersOf(page)).filter((line) => line.startsWith(name))
      expect(lines.length).toBeGreaterThan(3)
      expect(lines.filter((line, index) => line === lines[index - 1])).toEqual([])
      expect(lines.filter((line) => line.includes('other verbs'))).toEqual([])
    }
  })

  test('who selects from the status renders for that alone, while pulls come and go', async () => {
    const page = await open()
    await page.evaluate(() => stage.show(stage.h(stage.scenes.Waiting, {})))
    await shows(page, 'output', '0')
    const works = await page.evaluate(async () => {
      const { ada } = stage.stores
      const seen: string[] = []
      ada.status$.subscribe(({ work }) => seen.push(work))
      await ada.pullEvents()
      stage.api.mood = 'down'
      await ada.rsvp('event-1', 'going')
      return seen
    })
    await shows(page, 'output', '1')
    expect(works).toContain('pulling') // there was something to render for
    const lines = (await rendersOf(page)).map((line) => line.replace(/ \d+$/, ''))
    expect(lines).toEqual(['waiting: unknown', 'waiting: 0 0', 'waiting: 1 0'])
  })

  test('another id never shows the event of the one before, not for one render', async () => {
    const page = await open()
    for (const id of ['event-1', 'event-2', 'event-1']) {
      await page.evaluate((id) => stage.show(stage.h(stage.scenes.Title, { id })), id)
      await shows(page, 'p', new RegExp(`^${id} `))
    }
    const lines = await rendersOf(page)
    expect(lines.length).toBeGreaterThan(3)
    expect(lines.filter((line) => !/^title (event-\d): (\1 \d+|unknown)$/.test(line))).toEqual([])
    expect(await openNow(page)).toEqual([['event event-1', 1]])
  })

  test('another store never shows the answer of the one before, not for one render', async () => {
    const page = await open()
    await page.evaluate(async () => {
      stage.api.answerAs('ada', 'event-1', 'going')
      stage.show(stage.h(stage.scenes.Mine, { id: 'event-1' }))
    })
    await shows(page, 'output', /^going/)
    await page.evaluate(() => stage.show(stage.h(stage.scenes.Mine, { id: 'event-1' }), { user: 'bob' }))
    await shows(page, 'output', /^null/)
    const lines = await rendersOf(page)
    expect(lines.filter((line) => /^bob event-1: going/.test(line))).toEqual([])
    expect(lines.filter((line) => /^ada event-1: going/.test(line))).not.toEqual([])
    expect(await openNow(page)).toEqual([])
  })

  test('no two components show different values in one commit, though the answer changes while React renders', async () => {
    const page = await open()
    await page.evaluate(() => stage.show(stage.h(stage.scenes.Title, { id: 'event-1', key: 1 })))
    await shows(page, 'p', /^event-1 null/)
    await forget(page)
    await page.evaluate(() => {
      const { h, scenes, show, stores } = stage
      let isTapped = false
      const tap = () => {
        if (isTapped) return
        isTapped = true
        setTimeout(() => stores.ada.rsvp('event-1', 'going'))
      }
      const slow = h(scenes.Slow, { id: 'event-1', during: tap, key: 2 })
      show([h(scenes.Title, { id: 'event-1', key: 1 }), slow], { isTransition: true })
    })
    await eventually(() => page.locator('i').count()).toBe(40)
    await shows(page, 'i', /^event-1 going/)
    const cells = (await rendersOf(page)).filter((line) => line.startsWith('cell'))
    expect(cells.slice(0, 40).filter((line) => line.includes(' null '))).not.toEqual([])
    expect(cells.slice(0, 40).filter((line) => line.includes(' going '))).not.toEqual([])
    const commits = await page.evaluate(() => stage.scenes.commits)
    expect(commits.length).toBeGreaterThan(1)
    expect(commits.filter((values) => values.length > 1)).toEqual([])
  })
})

describe('suspense', () => {
  test.each([[false], [true]])(
    'the fallback, then the event, by one subscription; in StrictMode: %s',
    async (isStrict) => {
      const page = await open()
      const first = await page.evaluate((isStrict) => {
        stage.show(stage.h(stage.scenes.Waits, { id: 'event-1' }), { isStrict })
        return document.querySelector('h2')?.textContent
      }, isStrict)
      expect(first).toBe('a moment')
      await shows(page, 'h2', 'event-1')
      expect(await openEver(page)).toEqual([['event event-1', 1]])
      await page.evaluate(() => stage.hide())
      expect(await openNow(page)).toEqual([])
    },
  )

  test('an event that comes by itself, while the server does not answer, is shown when it comes', async () => {
    const page = await open()
    await page.evaluate(() => {
      stage.api.mood = 'down'
      stage.show(stage.h(stage.scenes.Waits, { id: 'event-new' }))
    })
    await eventually(() => page.evaluate(() => stage.api.requests().length)).toBeGreaterThan(0)
    expect(await shown(page, 'h2')).toBe('a moment')
    await page.evaluate(() =>
      stage.stores.ada.merge({ events: [stage.api.putEvent({ eventId: 'event-new' })] }),
    )
    await shows(page, 'h2', 'event-new')
  })

  test('an event that there is not is thrown to the error boundary, and asked for once', async () => {
    const { page, complaints } = await openStage(browser, script)
    const tries = (key: string) =>
      page.evaluate((key) => {
        const { h, scenes, show } = stage
        show(h(scenes.Catches, { key }, h(scenes.Waits, { id: 'event-new' })))
      }, key)
    await tries('first')
    await shows(page, 'h2', 'refused: event-gone')
    await tries('again')
    await shows(page, 'h2', 'refused: event-gone')
    expect(await page.evaluate(() => stage.api.requests().length)).toBe(1)
    await page.evaluate(() =>
      stage.stores.ada.merge({ events: [stage.api.putEvent({ eventId: 'event-new' })] }),
    )
    let times = 0
    await eventually(async () => {
      await tries(`again, ${++times} times`)
      return shown(page, 'h2')
    }).toBe('event-new')
    expect(complaints.splice(0).filter((line) => !line.includes('RsvpStoreError'))).toEqual([])
  })

  test('without a network it suspends, and shows the event when there is one', async () => {
    const page = await open()
    await page.evaluate(() => {
      const { api, h, scenes, show } = stage
      api.mood = 'down'
      show(h(scenes.Catches, null, h(scenes.Waits, { id: 'event-1' })))
    })
    await eventually(() => page.evaluate(() => stage.api.requests().length)).toBeGreaterThan(1)
    await shows(page, 'h2', 'a moment')
    await page.evaluate(() => {
      stage.api.mood = 'well'
    })
    await shows(page, 'h2', 'event-1')
  })

  test('in a transition the event before stays until the next one is there', async () => {
    const page = await open()
    await page.evaluate(() => stage.show(stage.h(stage.scenes.Waits, { id: 'event-1' })))
    await shows(page, 'h2', 'event-1')
    await page.evaluate(() => {
      const seen: (string | null)[] = []
      new MutationObserver(() => {
        seen.push(document.querySelector('h2:not([style*="none"])')?.textContent ?? null)
        document.title = seen.join()
      }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
      stage.show(stage.h(stage.scenes.Waits, { id: 'event-2' }), { isTransition: true })
    })
    await shows(page, 'h2', 'event-2')
    expect(await page.title()).toBe('event-2')
  })

  test('an event that was known already is there in the first render', async () => {
    const page = await open()
    await page.evaluate(() => stage.show(stage.h(stage.scenes.Title, { id: 'event-1', key: 1 })))
    await shows(page, 'p', /^event-1/)
    const first = await page.evaluate(() => {
      const { h, scenes, show } = stage
      show([h(scenes.Title, { id: 'event-1', key: 1 }), h(scenes.Waits, { id: 'event-1', key: 2 })])
      return document.querySelector('h2')?.textContent
    })
    expect(first).toBe('event-1')
  })
})

describe('what a server has rendered', () => {
  const onServer = () =>
    createRsvpStore({
      userId: 'ada',
      baseUrl: 'https://api.test',
      getToken: () => 'token',
      ports: { indexedDB: undefined },
    })

  test('is taken over without a warning, and then the live values appear', async () => {
    const markup = renderToString(createElement(RsvpStoreProvider, { store: onServer() }, createElement(App)))
    const page = await open(markup)
    expect(await shown(page, 'h1')).toBe('not known yet')
    const heading = await page.evaluateHandle(() => document.querySelector('h1'))
    await page.evaluate(() => stage.hydrate('app'))
    await shows(page, '#status', /^online, 0 to send$/)
    await shows(page, '#mine', /^no answer, synced$/)
    await eventually(() => page.locator('li').count()).toBe(3)
    await page.getByRole('button', { name: 'Going' }).click()
    await shows(page, '#mine', /^going, synced$/)
    await shows(page, '#others', /\bada$/)
    expect(await page.evaluate((heading) => heading === document.querySelector('h1'), heading)).toBe(true)
    expect(await page.evaluate(() => stage.recovered)).toEqual([])
  })

  test('what suspends is rendered in the page, and React tells that it was', async () => {
    const app = createElement(RsvpStoreProvider, { store: onServer() }, createElement(Later))
    const page = await open(await text(await renderToReadableStream(app, { onError: () => {} })))
    expect(await shown(page, 'h2')).toBe('a moment')
    await page.evaluate(() => stage.hydrate('later'))
    await eventually(() => page.evaluate(() => stage.recovered.length)).toBe(1)
    await eventually(() => shown(page, 'h2')).not.toBe('a moment')
  })
})

import { beforeAll, describe, expect, test, vi } from 'vitest'
import type { RsvpStatus } from '../../src/index.ts'
import { buildPage } from './phone/build-page.ts'
import { ENGINES } from './phone/engines.ts'
import { eventually } from './phone/eventually.ts'
import { report } from './phone/figures.ts'
import { acceptedOf, answersSent, type Releases } from './phone/home.ts'
import type { Tab } from './phone/running.ts'
import { type Started, startPhone } from './phone/start.ts'
import { answer, isIdle, isReady, pullEvents, shows, storageOf } from './phone/tab.ts'

const ROUNDS = 10
const SAID: readonly RsvpStatus[] = ['going', 'interested', 'not_going']

vi.setConfig({ testTimeout: 240_000 }) // a browser starts slowly on a busy machine; nothing waits for time

let releases: Required<Releases>
beforeAll(async () => {
  releases = { now: await buildPage(), later: await buildPage(2) }
})

/** Tabs that all know the events; in windows of their own, where the others are to stay visible. */
async function openTabs({ home, browser }: Started, count: number, how: 'newTab' | 'newWindow') {
  const tabs: Tab[] = []
  for (let index = 0; index < count; index += 1) tabs.push(await browser[how](home.url()))
  for (const tab of tabs) await isReady(tab)
  await pullEvents(tabs[0] as Tab)
  return tabs
}

declare global {
  /** When the page showed the answer that it watches for. */
  var shown: Promise<number>
}

/** Begins to watch; what comes back resolves with the moment at which the tab showed the answer. */
async function watch(tab: Tab, eventId: string, status: RsvpStatus): Promise<() => Promise<number>> {
  await tab.evaluate(
    async ([eventId, status]) => {
      const event$ = phone.store.event$(eventId)
      await phone.until(event$, (event) => event !== undefined)
      globalThis.shown = phone
        .until(event$, (event) => event?.myRsvp.status === status)
        .then(() => Date.now())
    },
    [eventId, status] as const,
  )
  return () => tab.evaluate(() => shown)
}

/** Says something in one tab; resolves with how long each other tab took to show it, from the tap on. */
async function delays(tabs: readonly Tab[], author: Tab, eventId: string, status: RsvpStatus) {
  const others = tabs.filter((tab) => tab !== author)
  const shown = await Promise.all(others.map((tab) => watch(tab, eventId, status)))
  const tapped = await author.evaluate(
    async ([eventId, status]) => {
      const tapped = Date.now()
      await phone.store.rsvp(eventId, status)
      return tapped
    },
    [eventId, status] as const,
  )
  return (await Promise.all(shown.map((seen) => seen()))).map((moment) => moment - tapped)
}

describe.for(ENGINES.map((engine) => [engine.name, engine] as const))('%s', ([name, engine]) => {
  test.for([
    [2, 'newWindow', 'visible'],
    [10, 'newWindow', 'visible'],
    [10, 'newTab', 'hidden but for one'],
  ] as const)(
    'P9 in %d tabs an answer in one is seen by every other, and is sent once (%s, %s)',
    async ([count, how, seen]) => {
      await using started = await startPhone(engine, releases)
      const tabs = await openTabs(started, count, how)
      const all: number[] = []
      for (let round = 0; round < ROUNDS; round += 1) {
        const author = tabs[round % count] as Tab
        all.push(...(await delays(tabs, author, `event-${round + 1}`, SAID[round % 3] as RsvpStatus)))
      }
      for (const tab of tabs) await isIdle(tab)
      expect(all).toHaveLength(ROUNDS * (count - 1))
      expect(started.home.api.writes()).toHaveLength(ROUNDS)
      expect(answersSent(started.home)).toHaveLength(ROUNDS)
      report(`${name}, ${count} tabs, ${seen}: from a tap until another tab shows it`, all)
    },
  )

  test('P9 five tabs that begin to send at the same moment send each answer once', async () => {
    await using started = await startPhone(engine, releases)
    const { home } = started
    const tabs = await openTabs(started, 5, 'newWindow')
    home.api.mood = 'down'
    const events = tabs.map((_, index) => `event-${index + 1}`)
    for (const [index, eventId] of events.entries()) await answer(tabs[index] as Tab, eventId, 'going')
    for (const tab of tabs) for (const eventId of events) await shows(tab, eventId, 'going')
    const before = answersSent(home).length

    home.api.mood = 'well'
    await Promise.all(tabs.map((tab) => tab.evaluate(() => phone.store.sync())))
    for (const tab of tabs) await isIdle(tab)
    const taken = home.api.writes().map(({ eventId }) => eventId)
    expect(taken.sort()).toEqual(events)
    const since = answersSent(home).slice(before)
    expect(since.filter(({ status }) => status !== 0)).toHaveLength(events.length)
  })

  test('P9 a tab of an older release beside a newer one takes no answers and says so; nothing is lost, and the newer one works', async () => {
    await using started = await startPhone(engine, releases)
    const { home, browser } = started
    const [older] = (await openTabs(started, 1, 'newWindow')) as [Tab]
    home.api.mood = 'down'
    await answer(older, 'event-1', 'going')

    const newer = await browser.newWindow(home.url({ release: 'later' }))
    await isReady(newer)
    await shows(newer, 'event-1', 'going')
    await eventually(() => storageOf(older)).toBe('outdated')
    await expect(answer(older, 'event-2', 'going')).rejects.toThrow('VersionError')

    home.api.mood = 'well'
    await answer(newer, 'event-3', 'interested')
    await newer.evaluate(() => phone.store.sync())
    await isIdle(newer)
    expect(acceptedOf(home, 'event-1')).toEqual(['going'])
    expect(acceptedOf(home, 'event-2')).toEqual([])
    expect(acceptedOf(home, 'event-3')).toEqual(['interested'])

    await older.reload() // the older script again, from some cache
    await eventually(() => storageOf(older)).toBe('outdated')
  })
})

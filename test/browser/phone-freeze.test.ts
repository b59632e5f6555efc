import { beforeAll, expect, test, vi } from 'vitest'
import type { RsvpStatus } from '../../src/index.ts'
import { buildPage } from './phone/build-page.ts'
import { CHROMIUM, FREEZING_CHROMIUM, type PageTab } from './phone/engines.ts'
import { eventually } from './phone/eventually.ts'
import { report } from './phone/figures.ts'
import { freeze } from './phone/freeze.ts'
import { acceptedOf, type Releases } from './phone/home.ts'
import { type Started, startPhone } from './phone/start.ts'
import { answer, isIdle, isReady, look, pullEvents, readUntilWoken, shows, storageOf } from './phone/tab.ts'

/** Chromium alone can be told to freeze a page. A lease lasts ten seconds longer than a request may. */
const TIMEOUT_MS = 10_000
const LEASE_MS = TIMEOUT_MS + 10_000
const TAPS = 50

vi.setConfig({ testTimeout: 240_000 }) // a browser starts slowly on a busy machine; nothing waits for time

let releases: Required<Releases>
beforeAll(async () => {
  releases = { now: await buildPage(), later: await buildPage(2) }
})

/** The tab that is going to be frozen; it knows the events. */
async function openBack({ home, browser }: Started<PageTab>, isStill = false): Promise<PageTab> {
  const back = await browser.newTab(home.url({ timeoutMs: TIMEOUT_MS, isStill }))
  await pullEvents(back)
  return back
}

/** The tab that comes to the front. Opened once the other has begun what it is to be frozen in, else it does that too. */
async function openFront({ home, browser }: Started<PageTab>): Promise<PageTab> {
  const front = await browser.newTab(home.url({ timeoutMs: TIMEOUT_MS }))
  await isReady(front)
  return front
}

declare global {
  /** What an observer of the page saw last. */
  var lastSeen: RsvpStatus | null | undefined
}

const lifeOf = (tab: PageTab) => tab.evaluate(() => phone.life.join())

const locksHeld = (tab: PageTab) => tab.evaluate(async () => (await navigator.locks.query()).held?.length)

test('P9 a frozen tab with live queries open holds up no write of the tab in front', async () => {
  await using started = await startPhone(CHROMIUM, releases)
  const back = await openBack(started)
  const front = await openFront(started)
  await look(back, 'event-1')
  const frozen = await freeze(back)
  const times: number[] = []
  for (let tap = 0; tap < TAPS; tap += 1)
    times.push(await answer(front, 'event-1', tap % 2 ? 'going' : 'interested'))
  expect(await lifeOf(back)).toBe('pageshow,freeze')
  report('chromium, a tap until it is on disk, beside a frozen tab', times)

  await frozen.thaw()
  await shows(back, 'event-1', 'going')
})

test('P9 a tab that freezes in the middle of a read holds up no write of the tab in front', async () => {
  await using started = await startPhone(CHROMIUM, releases)
  const back = await openBack(started)
  const front = await openFront(started)
  const times: number[] = []
  for (let round = 0; round < 5; round += 1) {
    await readUntilWoken(back)
    const frozen = await freeze(back)
    for (let tap = 0; tap < 5; tap += 1)
      times.push(await answer(front, 'event-1', tap % 2 ? 'going' : 'interested'))
    expect(await lifeOf(back)).toMatch(/freeze$/)
    await frozen.thaw()
  }
  report('chromium, a tap until it is on disk, beside a tab frozen in the middle of a read', times)
})

test('P9 a tab that freezes in the middle of a push, its lock in hand, delays that answer by its lease and no other at all', async () => {
  await using started = await startPhone(CHROMIUM, releases)
  const back = await openBack(started)
  const { api } = started.home
  let held = 0
  api.intercept = (request, next) => {
    if (request.method !== 'POST' || held > 0) return next(request)
    held += 1
    return new Promise(() => {}) // no reply, nothing applied
  }
  await answer(back, 'event-1', 'going')
  await eventually(() => held).toBe(1)
  const front = await openFront(started)
  const frozen = await freeze(back)
  const since = Date.now()
  expect(await locksHeld(front)).toBe(1)

  await answer(front, 'event-2', 'going')
  await eventually(() => acceptedOf(started.home, 'event-2')).toEqual(['going'])
  report('chromium, another answer on the server, beside a frozen push', [Date.now() - since])
  expect(acceptedOf(started.home, 'event-1')).toEqual([])

  await answer(front, 'event-1', 'not_going')
  await isIdle(front)
  expect(acceptedOf(started.home, 'event-1')).toEqual(['not_going'])
  report(`chromium, the answer of a frozen push on the server (lease ${LEASE_MS} ms)`, [Date.now() - since])
  expect(await lifeOf(back)).toBe('pageshow,freeze')

  await frozen.thaw()
  await isIdle(back)
  await shows(back, 'event-1', 'not_going')
  expect(acceptedOf(started.home, 'event-1')).toEqual(['not_going'])
})

test('P9 a tab that freezes while it fetches a new token for all does not keep the others from theirs', async () => {
  await using started = await startPhone(CHROMIUM, releases)
  const back = await openBack(started)
  const { home } = started
  let token = home.api.tokenFor('ada')
  home.api.expireTokens()
  let refreshes = 0
  home.onToken = async (refresh) => {
    if (!refresh) return token
    refreshes += 1
    if (refreshes === 1) return new Promise(() => {})
    token = home.api.tokenFor('ada')
    return token
  }
  await answer(back, 'event-1', 'going')
  await eventually(() => refreshes).toBe(1)
  const front = await openFront(started)
  const frozen = await freeze(back)
  const since = Date.now()
  await answer(front, 'event-2', 'going')
  await isIdle(front)
  expect([acceptedOf(started.home, 'event-1'), acceptedOf(started.home, 'event-2')]).toEqual([
    ['going'],
    ['going'],
  ])
  report('chromium, all sent, beside a tab frozen while it fetched a token', [Date.now() - since])
  expect(await lifeOf(back)).toBe('pageshow,freeze')
  await frozen.thaw()
  await isIdle(back)
})

test('P9 a frozen tab of an older release does not block the newer one, and says when it wakes that it is outdated', async () => {
  await using started = await startPhone(CHROMIUM, releases)
  // A pull that freezes in the middle of a transaction would keep the newer one out: that is the next test.
  const back = await openBack(started, true)
  await look(back, 'event-1')
  await isIdle(back)
  const frozen = await freeze(back)
  const newer = await started.browser.newTab(started.home.url({ release: 'later' }))
  await isReady(newer)
  await answer(newer, 'event-1', 'going')
  await isIdle(newer)
  expect(acceptedOf(started.home, 'event-1')).toEqual(['going'])
  expect(await lifeOf(back)).toBe('pageshow,freeze')

  await frozen.thaw()
  await eventually(() => storageOf(back)).toBe('outdated')
})

test('P11 a newer release that a tab frozen in the middle of a read keeps out says that there is no storage, and opens when that tab wakes', async () => {
  await using started = await startPhone(CHROMIUM, releases)
  const back = await openBack(started)
  await readUntilWoken(back)
  const frozen = await freeze(back)
  const newer = await started.browser.newTab(started.home.url({ release: 'later' }))
  await eventually(() => storageOf(newer)).toBe('unavailable')
  await frozen.thaw()
  await isReady(newer)
  await answer(newer, 'event-1', 'going')
})

test('P9 of ten tabs Chromium itself freezes the oldest, now and then: none is held up, and one that is looked at again shows what was said', async () => {
  await using started = await startPhone(FREEZING_CHROMIUM, releases)
  const oldest = await openBack(started)
  await oldest.evaluate(() => {
    phone.store.event$('event-1').subscribe((event) => {
      lastSeen = event?.myRsvp.status
    })
  })
  const others: PageTab[] = []
  for (let count = 1; count < 10; count += 1) others.push(await openFront(started))
  const [front, beside] = others.toReversed() as [PageTab, PageTab]
  await eventually(() => lifeOf(oldest)).toContain('freeze')

  for (const status of ['going', 'interested', 'not_going'] as const) {
    await answer(front, 'event-1', status)
    await isIdle(front)
    await shows(beside, 'event-1', status)
  }
  await oldest.page.bringToFront()
  await eventually(() => oldest.evaluate(() => lastSeen)).toBe('not_going')
  expect(acceptedOf(started.home, 'event-1')).toEqual(['going', 'interested', 'not_going'])
})

import { expect, onTestFailed, test } from 'vitest'
import type { RsvpStatus } from '../../src/index.ts'
import { type ApiMood, createFakeRandom } from '../../src/testing.ts'
import { makeFolder } from '../child.ts'
import { buildPage } from './phone/build-page.ts'
import { ENGINES } from './phone/engines.ts'
import { report } from './phone/figures.ts'
import { type Home, startHome } from './phone/home.ts'
import { canKill } from './phone/processes.ts'
import type { Running, Tab } from './phone/running.ts'
import { isIdle, isReady, pullEvents } from './phone/tab.ts'

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)
const KILLS = Number(process.env.KILLS ?? 5)
const EVENTS = ['event-1', 'event-2', 'event-3', 'event-4'] as const
const SAID: readonly RsvpStatus[] = ['going', 'interested', 'not_going']
const MOODS: readonly ApiMood[] = ['well', 'well', 'slow', 'down', 'lost-reply']
/** More than anybody gives before the browser is dead. */
const TAPS = 40
const MOST_BEFORE_DEATH = 8
const LONGEST_AFTER_MS = 30

interface Tap {
  readonly eventId: string
  readonly status: RsvpStatus
}

/** Taps one after another, and tells the server of each tap whose promise has resolved. Dies with its browser. */
const tapOn = (taps: readonly Tap[]) =>
  taps.reduce(async (before, { eventId, status }, index) => {
    await before
    await phone.store.rsvp(eventId, status)
    await fetch('/told', { method: 'POST', body: String(index) })
  }, Promise.resolve())

/** A tab of which is known what was on disk. */
async function openTab(browser: Running, home: Home): Promise<Tab> {
  const tab = await browser.newTab(home.url())
  await isReady(tab)
  return tab
}

/** What the page shows, from what is on disk. */
const shownOn = (tab: Tab) =>
  tab.evaluate(async (events) => {
    const view = (id: string) => phone.until(phone.store.event$(id), (event) => event !== undefined)
    const views = await Promise.all(events.map(view))
    return Object.fromEntries(views.map((event) => [event?.eventId, event?.myRsvp.status]))
  }, EVENTS)

const onServer = ({ api }: Home) =>
  Object.fromEntries(
    EVENTS.map((id) => [
      id,
      api.responses().find(({ eventId, userId }) => eventId === id && userId === 'ada')?.status ?? null,
    ]),
  )

/** Every state that the acknowledged taps allow: the one after them was begun, and may be on disk or not. */
const allowed = (before: Record<string, string | null>, taps: readonly Tap[], acknowledged: number) =>
  [acknowledged, acknowledged + 1].map((count) => ({
    ...before,
    ...Object.fromEntries(taps.slice(0, count).map(({ eventId, status }) => [eventId, status])),
  }))

for (const engine of canKill ? ENGINES : [])
  test(
    `P1 killed ${KILLS} times at any moment, ${engine.name} keeps every acknowledged answer, and sends it (SEED=${SEED})`,
    async () => {
      const random = createFakeRandom(SEED)
      const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
      await using profile = await makeFolder()
      await using home = await startHome({ now: await buildPage() })
      home.api.slowMs = 200
      let browser = await engine.launch(profile.path)
      let tab = await openTab(browser, home)
      await pullEvents(tab)
      let said = await shownOn(tab)
      const rounds: number[] = []
      let acknowledged = 0
      let stage = ''
      onTestFailed(() => void process.stdout.write(`It ended while ${stage}.\n`))

      for (let kill = 1; kill <= KILLS; kill += 1) {
        const began = Date.now()
        const mood = pick(MOODS)
        home.api.mood = mood
        home.told.length = 0
        const taps = Array.from({ length: TAPS }, () => ({ eventId: pick(EVENTS), status: pick(SAID) }))
        const atLeast = 1 + Math.floor(random() * MOST_BEFORE_DEATH)
        const tapping = tab.evaluate(tapOn, taps).catch(() => {})
        await expect
          .poll(() => home.told.length, { interval: 1, timeout: 30_000 })
          .toBeGreaterThanOrEqual(atLeast)
        await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_AFTER_MS))
        stage = `kill ${kill} was under way`
        await browser.sigkill()
        await tapping
        stage = `the killed browser ${kill} was closed`
        await browser.close()

        home.api.mood = 'down' // what is shown now was on disk
        stage = `browser ${kill + 1} was launched`
        browser = await engine.launch(profile.path)
        stage = `its tab was opened`
        tab = await openTab(browser, home)
        stage = `it showed what is on disk`
        const story = `SEED=${SEED} kill ${kill}, server ${mood}, ${home.told.length} answers acknowledged`
        const shown = await shownOn(tab)
        expect(allowed(said, taps, home.told.length), story).toContainEqual(shown)
        said = shown

        home.api.mood = 'well'
        stage = `it sent what waited`
        await tab.evaluate(() => phone.store.sync())
        await isIdle(tab)
        stage = `${kill} kills were over`
        expect(onServer(home), story).toEqual(said)
        acknowledged += home.told.length
        rounds.push(Date.now() - began)
      }
      await browser.close()
      report(`${engine.name}, one kill of ${acknowledged} answers in all, until all are sent`, rounds)
    },
    60_000 + KILLS * 60_000,
  )

if (!canKill)
  process.stdout.write('Only on Linux can a browser be killed with all its children: not tested.\n')

import { beforeAll, test, vi } from 'vitest'
import { buildPage } from './phone/build-page.ts'
import { ENGINES } from './phone/engines.ts'
import { eventually } from './phone/eventually.ts'
import { acceptedOf, type Releases } from './phone/home.ts'
import { canKill, sigkillWebKitStorage } from './phone/processes.ts'
import { startPhone } from './phone/start.ts'
import { answer, isReady, look, pullEvents } from './phone/tab.ts'

vi.setConfig({ testTimeout: 240_000 }) // a browser starts slowly on a busy machine; nothing waits for time

let releases: Releases
beforeAll(async () => {
  releases = { now: await buildPage() }
})

/** Begins at once when the process is gone, which breaks every connection; by then WebDriver reaches no page of it. */
function answerAfterTheKill(): void {
  const { store, until } = phone
  const isShown = (eventId: string, status: string) =>
    until(store.event$(eventId), (event) => event?.myRsvp.status === status)
  const tell = (what: string) => fetch('/told', { method: 'POST', body: what })
  fetch('/held')
    .catch(() => store.rsvp('event-2', 'interested'))
    .then(() => Promise.all([isShown('event-1', 'going'), isShown('event-2', 'interested')]))
    .then(() => tell('both are shown'))
    .catch((error) => tell(String(error)))
}

/** The other engines keep databases in the process that is the browser: `phone-kill` ends that. */
for (const engine of canKill ? ENGINES.filter(({ name }) => name === 'webkit') : [])
  test('P11 the process that holds all databases is killed under the page: what was kept is there, the next answer is kept, and both are sent', async () => {
    await using started = await startPhone(engine, releases)
    const { home, browser, profile } = started
    const tab = await browser.newWindow(home.url())
    await isReady(tab)
    await pullEvents(tab)
    await look(tab, 'event-1')
    home.api.mood = 'down'
    await answer(tab, 'event-1', 'going')
    await tab.evaluate(answerAfterTheKill)

    sigkillWebKitStorage(profile)
    await eventually(() => home.told).toEqual(['both are shown'])
    home.api.mood = 'well'
    await eventually(() => acceptedOf(home, 'event-1')).toEqual(['going'])
    await eventually(() => acceptedOf(home, 'event-2')).toEqual(['interested'])
  })

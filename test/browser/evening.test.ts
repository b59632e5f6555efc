import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import type { RsvpStatus } from '../../src/index.ts'
import { createFakeRandom } from '../../src/testing.ts'
import { setMood, visit } from './app.ts'
import { startDemo } from './demo.ts'
import { launch } from './launch.ts'

const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000)
const STEPS = 60
const EVENTS = ['event-1', 'event-2', 'event-3', 'event-4'] as const
const SAID: readonly RsvpStatus[] = ['going', 'interested', 'not_going']
const MOODS = ['well', 'well', 'slow', 'down', 'lost-request', 'lost-reply', 'server-error', 'captive-portal']

test(`a bad evening in two real tabs ends with what was last meant (SEED=${SEED})`, async () => {
  const random = createFakeRandom(SEED)
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T
  await using demo = await startDemo()
  await using browser = await launch()
  const context = await browser.newContext()
  const tabs: Page[] = [await context.newPage(), await context.newPage()]
  for (const tab of tabs) {
    await visit(tab, demo.url)
  }
  const meant: Record<string, RsvpStatus> = {}
  const story: string[] = []
  const tell = (line: string) => void story.push(line)

  for (let step = 0; step < STEPS; step += 1) {
    const dice = random()
    const tab = pick(tabs)
    if (dice < 0.65) {
      const [eventId, status] = [pick(EVENTS), pick(SAID)]
      tell(`tab ${tabs.indexOf(tab)} says ${status} to ${eventId}`)
      await tab.evaluate(([id, said]) => rsvpStore.rsvp(id, said).then(() => undefined), [
        eventId,
        status,
      ] as const)
      meant[eventId] = status
    } else if (dice < 0.8) {
      const name = pick(MOODS)
      tell(`the server is ${name}`)
      await setMood(demo.url, name)
    } else if (dice < 0.9) {
      const offline = random() < 0.5
      tell(offline ? 'no network' : 'network')
      await context.setOffline(offline)
    } else {
      tell(`tab ${tabs.indexOf(tab)} reloads`)
      await tab.reload()
      await tab.getByRole('article').first().waitFor()
    }
  }
  await setMood(demo.url, 'well')
  await context.setOffline(false)
  // A reload may have left a lease behind: it runs out in half a minute.
  for (const tab of tabs)
    await tab.evaluate(
      () =>
        new Promise<void>((resolve) => {
          rsvpStore.sync()
          rsvpStore.status$.subscribe(({ queued, work }) => queued === 0 && work === 'idle' && resolve())
        }),
    )

  const { responses } = (await (await fetch(`${demo.url}__double`)).json()) as {
    readonly responses: readonly { eventId: string; userId: string; status: string }[]
  }
  const mine = responses.filter(({ userId }) => userId === 'ada')
  const said = Object.fromEntries(mine.map(({ eventId, status }) => [eventId, status]))
  expect(said, `SEED=${SEED}\n${story.join('\n')}`).toEqual(meant)
}, 120_000)

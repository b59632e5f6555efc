import type { RsvpStatus } from '../../../src/index.ts'
import type { Tab } from './running.ts'

/** What tests do with a page that has nothing but a store. Everything is waited for; nothing is timed out here. */

export const isReady = (tab: Tab): Promise<void> =>
  tab.evaluate(() => phone.until(phone.store.status$, ({ storage }) => storage === 'ready').then(() => {}))

export const pullEvents = (tab: Tab): Promise<void> =>
  tab.evaluate(() => phone.store.pullEvents().then(() => {}))

/** Resolves when the answer is on disk, with the milliseconds that took. */
export const answer = (tab: Tab, eventId: string, status: RsvpStatus): Promise<number> =>
  tab.evaluate(
    async ([eventId, status]) => {
      const began = performance.now()
      await phone.store.rsvp(eventId, status)
      return performance.now() - began
    },
    [eventId, status] as const,
  )

/** Resolves when the page shows this status for the event. */
export const shows = (tab: Tab, eventId: string, status: RsvpStatus | null): Promise<void> =>
  tab.evaluate(
    ([eventId, status]) =>
      phone.until(phone.store.event$(eventId), (event) => event?.myRsvp.status === status).then(() => {}),
    [eventId, status] as const,
  )

/** Resolves when nothing waits and nothing is on its way. */
export const isIdle = (tab: Tab): Promise<void> =>
  tab.evaluate(() =>
    phone.until(phone.store.status$, ({ queued, work }) => queued === 0 && work === 'idle').then(() => {}),
  )

/** The live queries of a screen; resolves when each has shown something. */
export const look = (tab: Tab, eventId: string): Promise<void> =>
  tab.evaluate(async (eventId) => {
    const { store } = phone
    const seen = <T>(values$: { subscribe(next: (value: T) => void): unknown }) =>
      new Promise<void>((resolve) => void values$.subscribe(() => resolve()))
    await seen(store.events$())
    await seen(store.event$(eventId))
    await seen(store.attendees$(eventId))
    await seen(store.outbox$)
  }, eventId)

/** The tab is always in the middle of a read, until it has been frozen and woken again. */
export const readUntilWoken = (tab: Tab): Promise<void> =>
  tab.evaluate(() => {
    const turns = phone.life.length
    const read = async (limit: number): Promise<void> => {
      await phone.until(phone.store.events$({ limit }), () => true)
      if (phone.life.length < turns + 2) void read(limit + 1)
    }
    for (let limit = 1; limit <= 4; limit += 1) void read(limit)
  })

export const storageOf = (tab: Tab): Promise<string> =>
  tab.evaluate(() => phone.until(phone.store.status$, () => true).then(({ storage }) => storage))

import type { Contender, Shown, Stop } from './contender.ts'
import { inTime, SETTLE_MS, sleep } from './measure.ts'
import { idOf } from './rows.ts'

export type Observed = Awaited<ReturnType<typeof observeAll>>

/** A store with an observer on each of so many events. */
export async function observeAll(contender: Contender, name: string, observers: number) {
  const store = await contender.open(name)
  const shown = new Map<string, Shown>()
  let heard = (_eventId: string, _isNews: boolean) => {}
  const stops: Stop[] = []
  const began = performance.now()
  const subscribing = new Promise<number>((resolve) => {
    for (let at = 0; at < observers; at += 1) {
      const eventId = idOf(at)
      const stop = store.watchEvent(eventId, (look) => {
        const now = look()
        if (!now) return
        const isNews = JSON.stringify(shown.get(eventId)) !== JSON.stringify(now)
        shown.set(eventId, now)
        heard(eventId, isNews)
        if (shown.size === observers) resolve(performance.now() - began)
      })
      stops.push(stop)
    }
  })
  const subscribed = await inTime(subscribing, 'the first value of all observers')
  await sleep(SETTLE_MS)

  return {
    subscribed,
    /** One tap: when its observer said so, and how often others said anything, or it said again what it had said. */
    async tap(at: number): Promise<{ readonly emission: number; readonly needless: number }> {
      const eventId = idOf(at)
      const status = shown.get(eventId)?.mine === 'going' ? 'not_going' : 'going'
      let needless = 0
      const began = performance.now()
      const seen = new Promise<number>((resolve) => {
        heard = (id, isNews) => {
          if (id !== eventId || !isNews) needless += 1
          else if (shown.get(id)?.mine === status) resolve(performance.now() - began)
        }
      })
      const tapped = store.tap(eventId, status)
      const emission = await inTime(seen, 'the one view')
      await tapped
      await sleep(SETTLE_MS)
      return { emission, needless }
    },
    /** As long as a tap, with nothing to do. */
    idle: () => sleep(SETTLE_MS),
    async close() {
      for (const stop of stops) stop()
      await store.close()
    },
  }
}

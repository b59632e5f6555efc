import type { Contender, OpenOptions, Status, Store } from './contender.ts'
import { inTime, type Samples, SETTLE_MS, sleep, spin, times } from './measure.ts'
import { observeAll } from './observe-all.ts'
import { pushAll } from './push-all.ts'
import { entities, idOf, newAnswers, withMyAnswers } from './rows.ts'
import { type View, watchInList, watchOne } from './view.ts'

/** In steps, as pages of a server: one transaction of 100,000 rows is nobody's way to fill a store. */
const PREPARE_STEP = 5_000
/** The same work is done by all; what is slow is done again only for so long. */
const PATIENCE_MS = 10_000
const BETWEEN_TAPS_MS = 20
const WARMING = 30
const NEVER = Number.POSITIVE_INFINITY
/** What is tapped on an event that nobody watches. */
const answerTo = (at: number): Status => newAnswers(at)[0]
/** What is tapped on one that is watched. */
const nextOf = ({ answers: [one, other] }: View, at: number): Status => (at % 2 === 0 ? one : other)

declare global {
  /** Keeps an opened store and its view from being collected, as an app would. */
  var kept: unknown
}

/** The tasks, as one page does them. Every one opens its store and closes it again. */
export function createTasks(contender: Contender) {
  async function using<T>(
    name: string,
    work: (store: Store) => Promise<T>,
    options?: OpenOptions,
  ): Promise<T> {
    const store = await contender.open(name, options)
    try {
      return await work(store)
    } finally {
      await store.close()
    }
  }

  /** Fills a store with events, each with my answer, and gives new answers to some. */
  const prepare = (name: string, events: number, answers = 0) =>
    using(name, async (store) => {
      for (let from = 0; from < events; from += PREPARE_STEP)
        await store.merge(withMyAnswers(Math.min(PREPARE_STEP, events - from), from))
      for (let at = 0; at < answers; at += 1) await store.tap(idOf(at), answerTo(at))
    })

  /** From a tap until the observer of that event, or of the list that it is in, has shown it. */
  const tapToView = (name: string, watched: 'event' | 'list', taps: number): Promise<Samples> =>
    using(name, async (store) => {
      const view = await (watched === 'event' ? watchOne(store, idOf(0)) : watchInList(store))
      const samples = []
      for (const at of times(taps, PATIENCE_MS)) {
        const status = nextOf(view, at)
        const began = performance.now()
        const seen = view.until(status)
        const tapped = store.tap(view.eventId, status)
        samples.push((await inTime(seen, 'a tap until it was seen')) - began)
        await tapped
        await sleep(1)
      }
      view.stop()
      return samples
    })

  /** From a tap until it is on disk; nobody watches. */
  const tapToDisk = (name: string, taps: number): Promise<Samples> =>
    using(name, async (store) => {
      const samples = []
      for (const at of times(taps, PATIENCE_MS)) {
        const began = performance.now()
        await store.tap(idOf(at), answerTo(at))
        samples.push(performance.now() - began)
        await sleep(1)
      }
      return samples
    })

  /** Brings in so many entities; the time until they are on disk. */
  const merge = (name: string, count: number): Promise<Samples> =>
    using(name, async (store) => {
      const bundle = entities(count, 0)
      const began = performance.now()
      await store.merge(bundle)
      return [performance.now() - began]
    })

  /** Taps all the while entities come in. A tap counts from when the finger came, whatever the page was busy with. */
  const tapWhileMerging = (
    name: string,
    count: number,
    merges: number,
  ): Promise<{ readonly taps: Samples; readonly blocks: Samples }> =>
    using(name, async (store) => {
      const view = await watchOne(store, idOf(0))
      const taps: number[] = []
      const blocks: number[] = []
      for (const at of times(merges, PATIENCE_MS)) {
        const bundle = entities(count, count * (at + 10))
        await sleep(SETTLE_MS)
        let due = performance.now()
        let last: Promise<unknown> = Promise.resolve()
        const spinning = spin((now) => {
          if (now < due) return
          const came = due
          due = NEVER
          const status = nextOf(view, taps.length)
          last = view.until(status).then((seen) => {
            taps.push(seen - came)
            due = performance.now() + BETWEEN_TAPS_MS
          })
          void store.tap(view.eventId, status)
        })
        await store.merge(bundle)
        blocks.push(spinning.stop())
        await inTime(last, 'a tap until it was seen')
      }
      view.stop()
      await sleep(SETTLE_MS) // the last tap's way to disk
      return { taps, blocks }
    })

  /** From the beginning of this page until the first list is there. */
  async function cold(name: string): Promise<number> {
    const store = await contender.open(name)
    const first = new Promise<number>((resolve, reject) => {
      const stop = store.watchList(50, (look) => {
        const now = performance.now()
        const { length } = look()
        if (length === 50) resolve(now)
        else if (length > 0) reject(new Error(`${length} rows instead of 50`))
      })
      globalThis.kept = { store, stop }
    })
    return inTime(first, 'the first list')
  }

  /** Sends so many answers that have waited; beside it the same requests with no store at all. */
  async function push(
    name: string,
    answers: number,
    url: string,
  ): Promise<{ store: Samples; bare: Samples }> {
    await prepare(name, answers, answers)
    await fetchAll(url, WARMING) // opens the connections
    const bare = await fetchAll(url, answers)
    const work = async (store: Store) => {
      if (!store.push) throw new Error('this store has no way to push')
      const waiting = await store.waiting()
      if (waiting !== answers) throw new Error(`${waiting} answers wait instead of ${answers}`)
      const began = performance.now()
      await inTime(store.push(), 'the push', 120_000)
      const took = performance.now() - began
      const left = await store.waiting()
      if (left > 0) throw new Error(`${left} answers were not sent`)
      return { store: [took], bare: [bare] }
    }
    return using(name, work, { url })
  }

  return {
    prepare,
    tapToView,
    tapToDisk,
    merge,
    tapWhileMerging,
    cold,
    push,
    observeAll: (name: string, observers: number) => observeAll(contender, name, observers),
  }
}

/** The requests of a push, and nothing done with the replies; how long that took. */
async function fetchAll(url: string, answers: number): Promise<number> {
  const began = performance.now()
  const entries = Array.from({ length: answers }, (_, at) => ({ eventId: idOf(at), status: answerTo(at) }))
  await pushAll(url, entries, async () => {})
  return performance.now() - began
}

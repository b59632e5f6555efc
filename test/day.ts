import { Observable, type Subscriber, type Subscription } from 'rxjs'
import type { FeedMessage, FeedOpened, ListObservable, RsvpStatus } from '../src/index.ts'
import { createFakeRandom } from '../src/testing.ts'
import { createWorld, type Tab, type World } from './world.ts'

/** How much happens in a day. */
export interface DayPlan {
  readonly hours: number
  readonly reconnects: number
  readonly messages: number
  readonly answers: number
  readonly seed: number
}

/** What a day has cost, and what was wrong with it. */
export interface Day {
  readonly requests: Readonly<Record<string, number>>
  readonly bytes: { readonly replies: number; readonly messages: number }
  readonly messages: { readonly said: number; readonly heard: number }
  readonly rows: Readonly<Record<string, number>>
  readonly stored: number
  /** Requests that nobody needed, and views that were not as the server has it. */
  readonly wrong: readonly string[]
}

const EVENTS = 60
const HOUR_MS = 3_600_000
const STATUSES: readonly RsvpStatus[] = ['going', 'interested', 'not_going']
/** Of the store: what was pulled as short a time ago is not pulled again. */
const FRESH_MS = 5_000

/**
 * A phone from morning to evening: the app is opened, looked at and put away, the network comes and goes, others answer
 * and events change all day, and now and then there is an answer of one's own. Everything from one seed.
 */
export async function playDay({ hours, reconnects, messages, answers, seed }: DayPlan): Promise<Day> {
  const world = createWorld({ api: { events: EVENTS, users: ['ada', 'bob'] } })
  const random = createFakeRandom(seed)
  const between = (from: number, to: number) => from + random() * (to - from)
  const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T
  const ids = world.api
    .events()
    .filter(({ status, isOriginPublic }) => status === 'scheduled' && isOriginPublic)
    .map(({ eventId }) => eventId)

  const phone = openPhone(world)
  const { tab, line } = phone
  const steps: { readonly at: number; readonly run: () => unknown }[] = []
  const plan = (at: number, run: () => unknown) => steps.push({ at, run })
  const dayMs = hours * HOUR_MS

  for (let at = 0; at < messages; at += 1)
    plan(between(0, dayMs), () => {
      if (random() < 0.9) world.api.answerAs(`guest-${Math.floor(random() * 300)}`, pick(ids), pick(STATUSES))
      else world.api.putEvent({ eventId: pick(ids), title: `Gathering ${at}` })
    })
  for (let at = 0; at < reconnects; at += 1) {
    const gone = between(0, dayMs * 0.97)
    plan(gone, () => phone.offline(1))
    plan(gone + between(5_000, 8 * 60_000), () => phone.offline(-1))
  }
  for (let at = 0; at < answers; at += 1)
    plan(between(0, dayMs * 0.97), async () => {
      const eventId = pick(ids)
      const leave = phone.openEvent(eventId)
      await world.calm()
      await tab.store.rsvp(eventId, pick(STATUSES)).catch(() => undefined)
      plan(world.clock.now() - start + between(10_000, 60_000), leave)
      steps.sort((a, b) => a.at - b.at)
    })
  // Looked at for some minutes, put away for some more.
  for (let at = 0; at < dayMs; at += between(2, 25) * 60_000) {
    const away = at + between(0.5, 8) * 60_000
    plan(at, () => phone.look(true))
    plan(away, () => phone.look(false))
  }
  steps.sort((a, b) => a.at - b.at)

  const start = world.clock.now()
  for (let step = steps.shift(); step; step = steps.shift()) {
    await world.pass(Math.max(0, start + step.at - world.clock.now()))
    await step.run()
  }
  phone.end()
  await world.pass(60_000)

  const { rows, bytes: stored } = await tab.store.inspect()
  return {
    requests: phone.requests(),
    bytes: phone.bytes,
    messages: line.count,
    rows,
    stored,
    wrong: [...phone.needless(), ...(await phone.untrue())],
  }
}

/** The phone and the hand that holds it, with a look at everything that goes over the air. */
function openPhone(world: World) {
  const bytes = { replies: 0, messages: 0 }
  const log: {
    readonly at: number
    readonly key: string
    readonly isPage: boolean
    readonly isWanted: boolean
  }[] = []
  const line = createLine(world, bytes)
  const tab: Tab = world.openTab({ feed: line.feed, pull: { everyMs: 60_000 } })
  world.api.intercept = async (request, next) => {
    const { pathname, searchParams } = new URL(request.url)
    const isWanted = request.method !== 'GET' || /\/me\/rsvp$/.test(pathname) || (isSeen && offline === 0)
    const isPage = searchParams.has('options[token]')
    log.push({
      at: world.clock.now(),
      key: `${request.method} ${pathname}?${searchParams}`,
      isPage,
      isWanted,
    })
    const reply = await next(request)
    bytes.replies += (await reply.clone().text()).length
    return reply
  }
  let offline = 0
  let isSeen = true
  const list$ = tab.store.events$({ from: world.clock.now(), limit: 20 })
  const screens = new Set<Subscription>([list$.subscribe()])

  function openEvent(eventId: string): () => void {
    const attendees$ = tab.store.attendees$(eventId, { limit: 50 })
    const screen = tab.store.event$(eventId).subscribe()
    screen.add(attendees$.subscribe())
    screens.add(screen)
    return () => {
      screen.unsubscribe()
      screens.delete(screen)
    }
  }

  const kindOf = (key: string) => {
    const path = key.replace(/\?.*/, '').replace('/api/v1/events', '')
    return path.replace(/ $/, ' /').replace(/\/event-\d+/, '/:id')
  }

  return {
    tab,
    line,
    bytes,
    openEvent,
    /** One reason more, or less, to be offline. */
    offline(change: 1 | -1): void {
      offline += change
      tab.goOnline(offline === 0)
    },
    look(seen: boolean): void {
      isSeen = seen
      tab.lifecycle.set(seen ? 'visible' : 'hidden')
    },
    /** The day ends as it began: in the hand, with a network. */
    end(): void {
      offline = 0
      isSeen = true
      tab.goOnline(true)
      tab.lifecycle.set('visible')
    },
    requests(): Record<string, number> {
      const counts: Record<string, number> = {}
      for (const { key } of log) counts[kindOf(key)] = (counts[kindOf(key)] ?? 0) + 1
      return Object.fromEntries(Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1)))
    },
    /** The same thing asked for again at once, or while nobody looked or no network was there. */
    needless(): string[] {
      const last = new Map<string, number>()
      return log.flatMap(({ at, key, isPage, isWanted }) => {
        const before = last.get(key) ?? Number.NEGATIVE_INFINITY
        last.set(key, at)
        if (!isWanted) return [`${key} while nobody looked`]
        return key.startsWith('GET') && !isPage && at - before < FRESH_MS && !/\/me\/rsvp\?/.test(key)
          ? [`${key} after ${at - before} ms`]
          : []
      })
    },
    /** What is on the screen, beside what the server has. */
    async untrue(): Promise<string[]> {
      const shown = await newest(list$)
      const wrong: string[] = []
      for (const { eventId, title, rsvpCount, myRsvp } of shown) {
        const there = world.api.events().find((event) => event.eventId === eventId)
        const mine =
          world.api.responses().find((row) => row.eventId === eventId && row.userId === 'ada')?.status ?? null
        const [view, truth] = [
          [title, rsvpCount, myRsvp.status].join(),
          [there?.title, there?.rsvpCount, mine].join(),
        ]
        // What is over is not asked for any more; here, others answer it all the same.
        if (view !== truth && ['scheduled', 'live'].includes(there?.status ?? ''))
          wrong.push(`${eventId} shows ${view}, and is ${truth}`)
      }
      return shown.length === 20 ? wrong : [...wrong, `only ${shown.length} are shown`]
    },
  }
}

function newest<T>(list$: ListObservable<T>) {
  let last: readonly T[] = []
  list$
    .subscribe((list) => {
      last = list
    })
    .unsubscribe()
  return Promise.resolve(last)
}

/** The live feed: what is said while nobody is connected is said to nobody. */
function createLine({ api }: World, bytes: { messages: number }) {
  const count = { said: 0, heard: 0 }
  const ears = new Set<Subscriber<FeedMessage | FeedOpened>>()
  api.live('ada').subscribe((message) => {
    count.said += 1
    for (const ear of ears) {
      count.heard += 1
      bytes.messages += JSON.stringify(message).length
      ear.next(message)
    }
  })
  const feed = new Observable<FeedMessage | FeedOpened>((observer) => {
    ears.add(observer)
    observer.next({ feed: 'open' })
    return () => ears.delete(observer)
  })
  return { feed, count }
}

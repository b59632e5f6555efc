import { describe, expect, onTestFinished, test } from 'vitest'
import type { AttendeeView, EventView, RsvpStatus } from '../src/index.ts'
import { createFakeRandom } from '../src/testing.ts'
import { platform } from './platform.ts'
import {
  createWorld,
  errorReply,
  eventAt,
  hold,
  isIdle,
  isWrite,
  latest,
  mineAt,
  record,
  seenAs,
  startWorld,
  type Tab,
  until,
  untilStatus,
  type World,
  written,
} from './world.ts'

const SAID = ['going', 'interested', 'not_going'] as const

/** Consecutive repeats left out. */
const changes = <T>(values: readonly T[]): T[] =>
  values.filter((value, index) => index === 0 || value !== values[index - 1])

/** How many others go and are interested, as the server has it. */
function others({ api }: World, eventId: string): readonly [number, number] {
  const count = (status: string) =>
    api.responses().filter((row) => row.eventId === eventId && row.userId !== 'ada' && row.status === status)
      .length
  return [count('going'), count('interested')]
}

/** The counters without my own answer, if the view is of one piece. */
const withoutMe = ({ rsvpCount = 0, interestedCount = 0, myRsvp }: EventView): readonly [number, number] => [
  rsvpCount - Number(myRsvp.status === 'going'),
  interestedCount - Number(myRsvp.status === 'interested'),
]

describe('P5 one answer, step by step', () => {
  test('one tap online: every mark once, in order, and never a step back', async () => {
    const world = await startWorld()
    const { store } = world
    const seen = record(store.event$('event-1'))
    await until(store.event$('event-1'), (view) => view !== undefined)
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect(changes(seen.map((view) => view?.myRsvp.status ?? null))).toEqual([null, 'going'])
    expect(changes(seen.map((view) => view?.myRsvp.sync))).toEqual([
      'synced',
      'saving',
      'queued',
      'sending',
      'synced',
    ])
  })

  test('the tap is seen before rsvp() returns', async () => {
    const { store } = await startWorld()
    const view = latest(store.event$('event-1'))
    const list = latest(store.events$())
    const people = latest(store.attendees$('event-1'))
    await until(store.event$('event-1'), (one) => one !== undefined)
    await until(store.events$(), (all) => all.length > 0)
    await until(store.attendees$('event-1'), () => true)
    const before = view.value?.rsvpCount ?? 0
    const storing = store.rsvp('event-1', 'going')
    expect(view.value).toMatchObject({ rsvpCount: before + 1, myRsvp: { status: 'going', sync: 'saving' } })
    expect(list.value.find(({ eventId }) => eventId === 'event-1')?.myRsvp.status).toBe('going')
    expect(people.value.find(({ isMe }) => isMe)).toMatchObject({ status: 'going', sync: 'saving' })
    await storing
  })

  test('status, mark and both counters belong together in every single emission', async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store } = world
    const expected = others(world, 'event-1')
    const seen = record(store.event$('event-1'))
    await until(store.event$('event-1'), (view) => view !== undefined)
    for (const status of ['going', 'not_going', 'interested', 'going'] as const) {
      await store.rsvp('event-1', status)
      await untilStatus(world, store, isIdle)
    }
    expect(seen.length).toBeGreaterThan(12)
    for (const view of seen) expect(view && withoutMe(view)).toEqual(expected)
  })

  test('fast taps are seen in the order of the finger, each once', async () => {
    const world = await startWorld()
    const { store } = world
    const seen = record(store.event$('event-1'))
    await until(store.event$('event-1'), (view) => view !== undefined)
    await Promise.all([
      store.rsvp('event-1', 'going'),
      store.rsvp('event-1', 'interested'),
      store.rsvp('event-1', 'not_going'),
      store.rsvp('event-1', 'interested'),
    ])
    await untilStatus(world, store, isIdle)
    expect(changes(seen.map((view) => view?.myRsvp.status ?? null))).toEqual([
      null,
      'going',
      'interested',
      'not_going',
      'interested',
    ])
  })

  test('a newer tap while the older one settles never shows the older one again', async () => {
    const world = await startWorld()
    const { store, api } = world
    const seen = record(store.event$('event-1'))
    await until(store.event$('event-1'), (view) => view !== undefined)
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    await store.rsvp('event-1', 'not_going')
    first.pass()
    ;(await holding.at(1)).pass()
    await untilStatus(world, store, isIdle)
    expect(changes(seen.map((view) => view?.myRsvp.status ?? null))).toEqual([null, 'going', 'not_going'])
    expect(changes(seen.map((view) => view?.myRsvp.sync)).at(-1)).toBe('synced')
  })

  test('a refused answer goes back once, to the word of the server, and says why', async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store, api, calm } = world
    const expected = others(world, 'event-1')
    const seen = record(store.event$('event-1'))
    await until(store.event$('event-1'), (view) => view !== undefined)
    api.mood = 'refusing'
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.state === 'failed')
    await calm()
    expect(changes(seen.map((view) => view?.myRsvp.status))).toEqual(['interested', 'going', 'interested'])
    expect(seen.at(-1)?.myRsvp).toMatchObject({ sync: 'failed', failure: { kind: 'forbidden' } })
    for (const view of seen) expect(view && withoutMe(view)).toEqual(expected)
  })

  test('discarding a waiting answer goes back once, and the counters with it', async () => {
    const world = await startWorld()
    const { store, goOnline, calm } = world
    goOnline(false)
    await calm()
    const seen = record(store.event$('event-1'))
    await until(store.event$('event-1'), (view) => view !== undefined)
    await store.rsvp('event-1', 'going')
    await store.discard('event-1')
    await calm()
    expect(changes(seen.map((view) => view?.myRsvp.status ?? null))).toEqual([null, 'going', null])
    expect(seenAs(seen.at(-1))).toBe(seenAs(seen[0]))
  })

  test('nothing is emitted for nothing: equal views are emitted once', async () => {
    const world = await startWorld()
    const { store, calm } = world
    const view = record(store.event$('event-1'))
    const list = record(store.events$())
    const people = record(store.attendees$('event-1'))
    await calm()
    await Promise.all([store.pullEvents(), store.pullEvent('event-1'), store.pullMyRsvps()])
    await store.rsvp('event-2', 'going')
    await untilStatus(world, store, isIdle)
    expect(view).toHaveLength(1)
    expect(changes(list.map((all) => JSON.stringify(all)))).toHaveLength(list.length)
    expect(changes(people.map((all) => JSON.stringify(all)))).toHaveLength(people.length)
  })

  test('one tap changes one view of a list; the other views stay the very same objects', async () => {
    const { store, calm } = await startWorld()
    const list = latest(store.events$())
    await calm()
    const before = list.value
    await store.rsvp('event-1', 'going')
    await calm()
    const changed = list.value.filter((view) => !before.includes(view))
    expect(changed.map(({ eventId }) => eventId)).toEqual(['event-1'])
  })

  test('a late observer gets the latest view at once', async () => {
    const { store, calm } = await startWorld()
    const first = latest(store.event$('event-1'))
    await calm()
    const late = record(store.event$('event-1'))
    expect(late).toEqual([first.value])
  })
})

describe('P5 going back to what the server has', () => {
  test('sends nothing and leaves nothing in the outbox', async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'interested' } } } })
    const { store, api, goOnline, rows } = world
    goOnline(false)
    await store.rsvp('event-1', 'going')
    await store.rsvp('event-1', 'interested')
    expect(await rows('outbox')).toEqual([])
    goOnline(true)
    await untilStatus(world, store, isIdle)
    expect(written(api)).toEqual([])
  })

  test('saying again what the server has is not even a flicker', async () => {
    const world = await startWorld({ api: { answers: { ada: { 'event-1': 'going' } } } })
    const { store, calm, api } = world
    const seen = record(store.event$('event-1'))
    await calm()
    const receipt = await store.rsvp('event-1', 'going')
    expect(await receipt.settled).toMatchObject({ kind: 'accepted', response: { status: 'going' } })
    await calm()
    expect(changes(seen.map(seenAs))).toHaveLength(1)
    expect(written(api)).toEqual([])
  })

  test('not_going is an answer of its own where the server has none', async () => {
    const world = await startWorld()
    const { store, api } = world
    await store.rsvp('event-1', 'going')
    await store.rsvp('event-1', 'not_going')
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('not_going')
  })
})

describe('P5 counters', () => {
  test('never go below zero, also where the server contradicts itself', async () => {
    const { store, goOnline, calm } = await startWorld()
    goOnline(false)
    await store.merge({
      events: [{ eventId: 'odd', rsvpCount: 0, interestedCount: 0 }],
      eventResponses: [{ eventId: 'odd', userId: 'ada', status: 'going' }],
    })
    const seen = record(store.event$('odd'))
    await calm()
    for (const status of ['not_going', 'interested', 'not_going'] as const) await store.rsvp('odd', status)
    await calm()
    for (const view of seen)
      expect(Math.min(view?.rsvpCount ?? 0, view?.interestedCount ?? 0)).toBeGreaterThanOrEqual(0)
  })

  test.each([false, true])(
    'my answer is counted once, also while nobody knows whether the server has it (updatedAt moves: %s)',
    async (countersMoveUpdatedAt) => {
      const world = await startWorld({ api: { countersMoveUpdatedAt } })
      const { store, api, calm } = world
      const expected = others(world, 'event-1')
      const seen = record(store.event$('event-1'))
      await calm()
      api.mood = 'lost-reply'
      await store.rsvp('event-1', 'going')
      await until(store.outbox$, ([entry]) => entry?.unheard === true)
      api.intercept = async (request, next) =>
        request.url.includes('/me/rsvp') ? errorReply(500) : next(request)
      api.mood = 'well'
      await store.pullEvents()
      await store.pullEvent('event-1').catch(() => undefined)
      await calm()
      api.intercept = undefined
      await untilStatus(world, store, isIdle)
      for (const view of seen) expect(view && withoutMe(view)).toEqual(expected)
      expect(eventAt(api, 'event-1').rsvpCount).toBe(seen.at(-1)?.rsvpCount)
    },
  )
})

describe('P5 lists and attendees', () => {
  test('a list by my answer takes an event in at the tap and lets it go at the next, without a blink', async () => {
    const world = await startWorld()
    const { store } = world
    const seen = record(store.events$({ myStatus: ['going', 'interested'] }))
    await world.calm()
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    await store.rsvp('event-1', 'not_going')
    await untilStatus(world, store, isIdle)
    expect(changes(seen.map((list) => list.map(({ eventId }) => eventId).join()))).toEqual([
      '',
      'event-1',
      '',
    ])
  })

  test('the attendee list has me exactly once, from the tap on, through settling and pulling', async () => {
    const world = await startWorld()
    const { store, api } = world
    await store.pullAttendees('event-1')
    const seen = record(store.attendees$('event-1'))
    await world.calm()
    const before = seen.at(-1)?.length ?? 0
    const from = seen.length
    const pulling = store.pullAttendees('event-1')
    await store.rsvp('event-1', 'going')
    await pulling
    await untilStatus(world, store, isIdle)
    await store.pullAttendees('event-1')
    await world.calm()
    for (const list of seen.slice(from)) {
      expect(list.filter(({ isMe }) => isMe).map(({ status }) => status)).toEqual(['going'])
      expect(list).toHaveLength(before + 1)
    }
    expect(api.responses().filter(({ eventId }) => eventId === 'event-1')).toHaveLength(before + 1)
  })
})

/** An observer that knows what the user meant, and checks every single emission against it. */
function createJudge(world: World) {
  const meant = new Map<string, RsvpStatus>()
  const most = new Map<string, readonly [number, number]>()
  const faults: string[] = []

  function event(view: EventView | undefined, where: string): void {
    if (!view) return
    const { eventId, myRsvp } = view
    const wanted = meant.get(eventId) ?? null
    if (myRsvp.status !== wanted) faults.push(`${where} ${eventId}: shows ${myRsvp.status}, meant ${wanted}`)
    if (myRsvp.sync === 'synced' && (mineAt(world.api, eventId) ?? null) !== myRsvp.status)
      faults.push(`${where} ${eventId}: synced ${myRsvp.status}, server ${mineAt(world.api, eventId)}`)
    const counted = withoutMe(view)
    const [going, interested] = most.get(`${where} ${eventId}`) ?? [0, 0]
    if (counted[0] < going || counted[1] < interested)
      faults.push(`${where} ${eventId}: others went from ${going}/${interested} back to ${counted.join('/')}`)
    const real = others(world, eventId)
    if (counted[0] > real[0] || counted[1] > real[1])
      faults.push(
        `${where} ${eventId}: others are ${counted.join('/')} but really ${real.join('/')} (${seenAs(view)})`,
      )
    most.set(`${where} ${eventId}`, counted)
  }

  function attendees(list: readonly AttendeeView[], eventId: string): void {
    const mine = list.filter(({ isMe }) => isMe).map(({ status }) => status)
    const wanted = meant.get(eventId)
    if (mine.join() !== (wanted ?? ''))
      faults.push(`attendees of ${eventId}: show ${mine.join()}, meant ${wanted}`)
    if (new Set(list.map(({ userId }) => userId)).size !== list.length)
      faults.push(`attendees of ${eventId}: twice`)
  }

  function watch({ store }: Tab): void {
    const watching = [
      ...['event-1', 'event-2', 'event-3'].flatMap((eventId) => [
        store.event$(eventId).subscribe((view) => event(view, 'view')),
        store.attendees$(eventId).subscribe((list) => attendees(list, eventId)),
      ]),
      store.events$().subscribe((list) => {
        for (const view of list) event(view, 'list')
      }),
    ]
    onTestFinished(() => {
      for (const one of watching) one.unsubscribe()
    })
  }
  return { meant, faults, watch }
}

const SEEDS = process.env.SEED ? [Number(process.env.SEED)] : [1, 2, 3, 4, 5, 6, 7, 8]

test.each(SEEDS)('P5 a random evening (SEED=%i): no observer ever sees a step back', async (seed) => {
  const random = createFakeRandom(seed)
  const below = (count: number) => Math.floor(random() * count)
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T
  const world = createWorld({ api: { events: 5, seed, countersMoveUpdatedAt: seed % 2 === 0 } })
  const { api, clock, calm } = world
  const judge = createJudge(world)
  let tab = world.openTab()
  await tab.store.pullEvents()
  for (const eventId of ['event-1', 'event-2', 'event-3']) await tab.store.pullAttendees(eventId)
  judge.watch(tab)
  await calm()
  const log: string[] = []
  const taps: Promise<unknown>[] = []
  let friends = 0

  const steps: readonly (readonly [number, string, () => void | Promise<void>])[] = [
    [
      8,
      'tap',
      () => {
        const [eventId, status] = [`event-${1 + below(3)}`, pick(SAID)]
        log.push(`${eventId} ${status}`)
        judge.meant.set(eventId, status)
        taps.push(tab.store.rsvp(eventId, status))
      },
    ],
    [2, 'pull events', () => void tab.store.pullEvents().catch(() => undefined)],
    [2, 'pull event', () => void tab.store.pullEvent(`event-${1 + below(3)}`).catch(() => undefined)],
    [1, 'pull mine', () => void tab.store.pullMyRsvps().catch(() => undefined)],
    [1, 'pull attendees', () => void tab.store.pullAttendees(`event-${1 + below(3)}`).catch(() => undefined)],
    [1, 'friend', () => void api.answerAs(`friend-${++friends}`, `event-${1 + below(3)}`, pick(SAID))],
    [1, 'offline', () => tab.goOnline(false)],
    [2, 'online', () => tab.goOnline(true)],
    [2, 'time', () => clock.advance(below(3_000))],
    [4, 'calm', () => calm()],
    [
      3,
      'mood',
      () => {
        api.mood = pick([
          'well',
          'well',
          'lost-reply',
          'lost-request',
          'server-error',
          'rate-limited',
          'slow',
          'captive-portal',
        ])
        log.push(api.mood)
      },
    ],
    [
      1,
      'reload',
      async () => {
        await Promise.all(taps)
        await tab.store.close()
        tab = world.openTab()
        judge.watch(tab)
      },
    ],
  ]
  const bag = steps.flatMap(([weight, ...step]) => Array.from({ length: weight }, () => step))
  for (let at = 0; at < 60; at += 1) {
    const [name, run] = pick(bag)
    log.push(name)
    await run()
    for (let ticks = below(4); ticks > 0; ticks -= 1) await platform.tick()
  }
  api.mood = 'well'
  tab.goOnline(true)
  await Promise.all(taps)
  await untilStatus(world, tab.store, isIdle)
  const said = [...judge.meant].map(([eventId]) => [eventId, mineAt(api, eventId)])
  expect({ faults: judge.faults, said }, `SEED=${seed}: ${log.join(' · ')}`).toEqual({
    faults: [],
    said: [...judge.meant],
  })
})

import { Observable, type Subscriber } from 'rxjs'
import { describe, expect, test } from 'vitest'
import type { FeedMessage, FeedOpened, RsvpStoreOptions } from '../src/index.ts'
import { createFakeConnectivity } from '../src/testing.ts'
import {
  createWorld,
  eventAt,
  hold,
  isWrite,
  latest,
  mineAt,
  now,
  record,
  requested,
  seenAs,
  until,
} from './world.ts'

const EVERY_MS = 60_000
const LIVE_MS = 600_000

/** A connection in the test's hand. */
function fakeFeed() {
  let line: Subscriber<FeedMessage | FeedOpened> | undefined
  const connections = { ever: 0, now: 0 }
  const feed = new Observable<FeedMessage | FeedOpened>((observer) => {
    connections.ever += 1
    connections.now += 1
    line = observer
    return () => {
      connections.now -= 1
      if (line === observer) line = undefined
    }
  })
  return {
    feed,
    connections,
    say: (signal: unknown) => line?.next(signal as FeedMessage),
    open: () => line?.next({ feed: 'open' }),
    lose: () => line?.error(new Error('the line is dead')),
    end: () => line?.complete(),
  }
}

/** A phone that knows every event and hears the server's feed. */
async function liveWorld(changes: Partial<RsvpStoreOptions> = {}) {
  const world = createWorld({ api: { events: 12, answers: { ada: { 'event-4': 'going' } } } })
  const line = fakeFeed()
  const tab = world.openTab({ feed: line.feed, ...changes })
  await tab.store.pullEvents()
  await tab.store.pullMyRsvps()
  await world.calm()
  line.open()
  /** What the server would have said, kept back. */
  const said: FeedMessage[] = []
  world.api.live('ada').subscribe((message) => said.push(message))
  const sayAll = async () => {
    for (const message of said.splice(0)) line.say(message)
    await world.calm()
  }
  return { ...world, ...tab, line, said, sayAll }
}

describe('what the server says by itself is shown', () => {
  test("others' answers: in the counter and among those who come", async () => {
    const { store, api, sayAll, calm } = await liveWorld()
    const view = latest(store.event$('event-1'))
    const list = latest(store.attendees$('event-1'))
    await calm()
    const before = view.value?.rsvpCount ?? 0
    api.answerAs('carol', 'event-1', 'going')
    api.answerAs('dave', 'event-1', 'going')
    await sayAll()
    expect(view.value?.rsvpCount).toBe(before + 2)
    expect(list.value.map(({ userId, user }) => [userId, user?.userId]).slice(-2)).toEqual([
      ['carol', 'carol'],
      ['dave', 'dave'],
    ])
    api.answerAs('carol', 'event-1', 'not_going')
    await sayAll()
    expect(view.value?.rsvpCount).toBe(before + 1)
  })

  test('an event that is new, moved, cancelled, started or deleted', async () => {
    const { store, api, sayAll, said } = await liveWorld()
    const list = latest(store.events$())
    const find = (eventId: string) => list.value.find((view) => view.eventId === eventId)
    api.putEvent({ eventId: 'new-1', title: 'Tonight', startTime: '2026-03-01T00:00:00.000Z' })
    await sayAll()
    expect(find('new-1')?.title).toBe('Tonight')
    api.putEvent({ eventId: 'new-1', title: 'Tomorrow' })
    await sayAll()
    expect(find('new-1')?.title).toBe('Tomorrow')
    api.cancelEvent('event-3')
    api.putEvent({ eventId: 'event-2', status: 'live' })
    expect(said.map(({ eventType }) => eventType)).toEqual(['event.cancelled', 'event.started'])
    await sayAll()
    expect([find('event-3')?.rsvpWindow, find('event-2')?.status]).toEqual(['closed', 'live'])
    api.deleteEvent('new-1')
    await sayAll()
    expect(find('new-1')).toBeUndefined()
  })

  test('that an event is deleted, whatever else the message says of it', async () => {
    const { store, line, api, calm } = await liveWorld()
    const row = { ...eventAt(api, 'event-3'), isDeleted: false, updatedAt: '2027-01-01T00:00:00.000Z' }
    line.say({ eventType: 'event.deleted', data: { events: [row] } })
    await calm()
    expect(await now(store.event$('event-3'))).toMatchObject({ isDeleted: true })
  })

  test('an answer of mine on another phone', async () => {
    const { store, api, sayAll } = await liveWorld()
    const view = latest(store.event$('event-4'))
    api.answerAs('ada', 'event-4', 'not_going')
    await sayAll()
    expect(view.value?.myRsvp).toEqual({ status: 'not_going', sync: 'synced' })
  })

  test('that an event is cancelled: an answer that waits for it fails, and says why', async () => {
    const { store, api, sayAll } = await liveWorld()
    api.mood = 'rate-limited'
    await store.rsvp('event-3', 'going')
    await until(store.status$, ({ work }) => work === 'paused')
    api.cancelEvent('event-3')
    await sayAll()
    expect((await now(store.event$('event-3')))?.myRsvp).toMatchObject({
      sync: 'failed',
      failure: { kind: 'event-cancelled' },
    })
  })
})

describe('P4 a message that is late or comes twice changes nothing', () => {
  test('twice: no row is written and nobody is told', async () => {
    const { store, api, said, line, calm } = await liveWorld()
    api.answerAs('carol', 'event-1', 'going')
    const [message] = said
    line.say(message)
    await calm()
    const views = record(store.event$('event-1'))
    const lists = record(store.attendees$('event-1'))
    await calm()
    line.say(message)
    line.say(message)
    await calm()
    expect([views.length, lists.length]).toEqual([1, 1])
  })

  test('an older message than the row', async () => {
    const { store, api, line, said, calm } = await liveWorld()
    api.putEvent({ eventId: 'event-1', title: 'First' })
    api.putEvent({ eventId: 'event-1', title: 'Second' })
    for (const message of said.reverse()) line.say(message)
    await calm()
    expect((await now(store.event$('event-1')))?.title).toBe('Second')
  })

  test('an older answer, with counters of then: neither the answer nor the counters go back', async () => {
    const { store, api, line, said, calm } = await liveWorld()
    const seen = record(store.event$('event-1'))
    await calm()
    const before = seen.at(-1)?.rsvpCount ?? 0
    api.answerAs('carol', 'event-1', 'going')
    api.answerAs('carol', 'event-1', 'not_going')
    const [going, notGoing] = said
    line.say(notGoing)
    await calm()
    line.say(going)
    await calm()
    expect(seen.at(-1)?.rsvpCount).toBe(before)
    expect((await now(store.attendees$('event-1'))).find(({ userId }) => userId === 'carol')?.status).toBe(
      'not_going',
    )
  })
})

describe('P5 my own echo never flickers', () => {
  /** Each thing that an observer saw of `event-1` while I answered it twice. */
  async function answering(when: 'before the reply' | 'after the reply' | 'late') {
    const world = await liveWorld()
    const { store, api, line, said, calm } = world
    const seen = record(store.event$('event-1'))
    await calm()
    const holding = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const first = await holding.at(0)
    const arrive = await first.take()
    if (when === 'before the reply') {
      line.say(said[0])
      await calm()
    }
    arrive()
    await calm()
    if (when === 'after the reply') {
      line.say(said[0])
      await calm()
    }
    await store.rsvp('event-1', 'interested')
    const second = await holding.at(1)
    second.pass()
    await calm()
    for (const message of said) line.say(message)
    await calm()
    return { seen: seen.map(seenAs), api }
  }

  test.each(['before the reply', 'after the reply', 'late'] as const)('that comes %s', async (when) => {
    const { seen, api } = await answering(when)
    const { rsvpCount = 0, interestedCount = 0 } = eventAt(api, 'event-1')
    const [going, interested] = [`${rsvpCount + 1}/${interestedCount - 1}`, `${rsvpCount}/${interestedCount}`]
    const said = seen.map((line) => line.replace(/(saving|queued|sending|synced) /, ''))
    expect(said.filter((line, index) => line !== said[index - 1])).toEqual([
      `- ${rsvpCount}/${interestedCount - 1}`,
      `going ${going}`,
      `interested ${interested}`,
    ])
    expect(mineAt(api, 'event-1')).toBe('interested')
  })
})

test('P5 a message from before my answer, with counters of then and no date of its own, takes none of it back', async () => {
  const { store, api, line, calm } = await liveWorld()
  const before = { ...eventAt(api, 'event-1') }
  const seen = record(store.event$('event-1'))
  await calm()
  await (await store.rsvp('event-1', 'going')).settled
  await calm()
  line.say({ eventType: 'event.updated', data: { events: [before] } })
  await calm()
  const counts = seen.map((view) => view?.rsvpCount)
  expect(counts).toEqual([...counts].sort((a = 0, b = 0) => a - b))
  expect(counts.at(-1)).toBe((before.rsvpCount ?? 0) + 1)
})

describe('P6 one bad message stops nothing else', () => {
  test.each([
    ['nothing', undefined],
    ['a text', 'hello'],
    ['a message of another kind', { eventType: 'message.created', data: { messages: [] } }],
    ['no lists', { eventType: 'event.updated', data: null }],
    ['lists of nonsense', { eventType: 'event.updated', data: { events: [null, 5, { eventId: 7 }] } }],
  ])('%s', async (_, bad) => {
    const { store, api, line, said, calm } = await liveWorld()
    const view = latest(store.event$('event-1'))
    await calm()
    const before = view.value?.rsvpCount ?? 0
    api.answerAs('carol', 'event-1', 'going')
    line.say(bad)
    line.say(said[0])
    await calm()
    expect(view.value?.rsvpCount).toBe(before + 1)
    expect(await now(store.status$)).toMatchObject({ feed: 'open' })
  })
})

describe('the connection', () => {
  const feedOf = async (world: Awaited<ReturnType<typeof liveWorld>>) => (await now(world.store.status$)).feed

  test('status$ says how it is; a store without a feed says nothing of one', async () => {
    const world = createWorld()
    const line = fakeFeed()
    const { store } = world.openTab({ feed: line.feed })
    await world.calm()
    expect((await now(store.status$)).feed).toBe('connecting')
    line.open()
    expect((await now(store.status$)).feed).toBe('open')
    line.lose()
    expect((await now(store.status$)).feed).toBe('lost')
    expect(await now(world.openTab().store.status$)).not.toHaveProperty('feed')
  })

  test('is lost from the start where there is no network', async () => {
    const world = createWorld()
    const line = fakeFeed()
    const connectivity = createFakeConnectivity(false)
    const { store } = world.openTab({ feed: line.feed, ports: { connectivity } })
    await world.calm()
    expect([line.connections.ever, (await now(store.status$)).feed]).toEqual([0, 'lost'])
    connectivity.set(true)
    await world.pass(1_000)
    expect(line.connections.now).toBe(1)
  })

  test('P8 that is lost is made again, later each time, and at once when it had been well', async () => {
    const world = await liveWorld({ push: { backoff: { baseMs: 1_000, capMs: 60_000 } } })
    const { line, pass } = world
    line.lose()
    const tries: number[] = []
    for (let second = 0; second < 600; second += 1) {
      const before = line.connections.ever
      await pass(1_000)
      if (line.connections.ever > before) tries.push(second)
      line.lose()
    }
    const waits = tries.slice(1).map((second, index) => second - (tries[index] ?? 0))
    expect(Math.max(...waits)).toBeGreaterThan(10)
    expect(Math.max(...waits)).toBeLessThanOrEqual(61)
    expect(tries.length).toBeLessThan(60)
    while ((await feedOf(world)) !== 'connecting') await pass(1_000)
    line.open()
    line.end()
    await pass(1_000)
    expect(await feedOf(world)).toBe('connecting')
  })

  test('is let go when the page freezes or the network goes, and made again after', async () => {
    const world = await liveWorld()
    const { line, lifecycle, goOnline, pass } = world
    lifecycle.set('frozen')
    expect(line.connections.now).toBe(0)
    lifecycle.set('visible')
    await pass(1_000)
    expect(line.connections.now).toBe(1)
    goOnline(false)
    expect([line.connections.now, await feedOf(world)]).toEqual([0, 'lost'])
    await pass(LIVE_MS)
    expect(line.connections.ever).toBe(2)
    goOnline(true)
    await pass(1_000)
    expect(line.connections.now).toBe(1)
  })

  test('ends with the store', async () => {
    const { store, line, clock } = await liveWorld()
    await store.close()
    expect([line.connections.now, clock.alarms()]).toEqual([0, []])
  })

  test('that cannot even be tried is tried again', async () => {
    const world = createWorld()
    let tries = 0
    const feed = {
      subscribe() {
        tries += 1
        throw new Error('no WebSocket here')
      },
    }
    const { store } = world.openTab({ feed })
    await world.pass(10_000)
    expect(tries).toBeGreaterThan(1)
    expect(await now(store.status$)).toMatchObject({ feed: 'lost' })
  })

  test('a feed that is none is named', () => {
    const world = createWorld()
    expect(() => world.openTab({ feed: {} as never })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', argument: 'options.feed' }),
    )
  })
})

describe('with a feed that is open', () => {
  const pull = { everyMs: EVERY_MS, whileLiveMs: LIVE_MS }

  test('what is watched is asked for seldom', async () => {
    const world = await liveWorld({ pull })
    record(world.store.event$('event-1'))
    await world.calm()
    const before = requested(world.api).length
    await world.pass(LIVE_MS - 1)
    expect(requested(world.api).length).toBe(before)
    await world.pass(1)
    expect(requested(world.api).length).toBe(before + 1)
  })

  test('what was missed while it was lost is asked for', async () => {
    const world = await liveWorld({ pull })
    const view = latest(world.store.event$('event-1'))
    await world.calm()
    world.line.lose()
    world.api.putEvent({ eventId: 'event-1', title: 'Missed' })
    await world.pass(EVERY_MS / 2)
    while (world.line.connections.now === 0) await world.pass(100)
    world.line.open()
    await world.calm()
    expect(view.value?.title).toBe('Missed')
  })

  test('lost, it is as if there were none', async () => {
    const world = await liveWorld({ pull })
    record(world.store.event$('event-1'))
    await world.calm()
    const before = requested(world.api).length
    world.line.lose()
    await world.pass(EVERY_MS * 3)
    expect(requested(world.api).length).toBeGreaterThan(before + 1)
  })
})

test('P10 five hundred messages at once: a tap is shown at once, and all are merged', async () => {
  const { store, api, said, line, calm } = await liveWorld()
  const view = latest(store.event$('event-1'))
  await calm()
  for (let at = 0; at < 500; at += 1) api.answerAs(`guest-${at}`, 'event-1', 'going')
  for (const message of said.splice(0)) line.say(message)
  const tapped = store.rsvp('event-2', 'going')
  expect((await now(store.event$('event-2')))?.myRsvp.status).toBe('going')
  await tapped
  await until(store.event$('event-1'), (event) => event?.rsvpCount === eventAt(api, 'event-1').rsvpCount)
  expect(view.value?.rsvpCount).toBe(eventAt(api, 'event-1').rsvpCount)
})

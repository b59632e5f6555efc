import { describe, expect, test } from 'vitest'
import type { RequestStep } from '../src/index.ts'
import { createStory, type StoryStep } from '../src/inspector/story.ts'
import { platform } from './platform.ts'
import {
  createWorld,
  errorReply,
  hold,
  isIdle,
  isWrite,
  record,
  startWorld,
  until,
  untilStatus,
} from './world.ts'

/** A step in a few words. */
const told = (step: StoryStep): string => {
  const about = `${step.status} ${step.what}`
  switch (step.what) {
    case 'sent':
      return `${about} ${step.ask}`
    case 'verdict':
      return `${about} ${step.verdict}`
    case 'settled':
      return `${about} ${step.outcome}`
    default:
      return about
  }
}

/** What is told from now on. */
function listen({
  store,
  clock,
}: {
  readonly store: Parameters<typeof createStory>[0]
  readonly clock: { now(): number }
}) {
  const steps = record(createStory(store, clock.now))
  return { steps, story: () => steps.map(told) }
}

describe('the story of an answer', () => {
  test('stored, claimed, sent, verdict, settled, each with its time', async () => {
    const world = await startWorld()
    const { store, goOnline, clock, pass } = world
    const { steps, story } = listen(world)
    goOnline(false)
    const tapped = clock.now()
    await store.rsvp('event-1', 'going')
    await pass(2_000)
    goOnline(true)
    await untilStatus(world, store, isIdle)
    expect(story()).toEqual([
      'going stored',
      'going claimed',
      'going sent answer',
      'going verdict accepted',
      'going settled accepted',
    ])
    expect(steps[0]?.at).toBe(tapped)
    expect(steps.slice(1).every(({ at }) => at >= tapped + 2_000 && at <= clock.now())).toBe(true)
    expect(
      steps.every(({ eventId, answerId }) => eventId === 'event-1' && answerId === steps[0]?.answerId),
    ).toBe(true)
  })

  test('an answer that nobody heard of waits, is read back, and then goes', async () => {
    const world = await startWorld()
    const { store, api } = world
    const { steps } = listen(world)
    const { at } = hold(api, isWrite)
    await store.rsvp('event-1', 'going')
    const request = await at(0)
    await store.rsvp('event-2', 'going')
    await store.discard('event-2') // the outbox is shown anew meanwhile
    request.lose()
    await world.calm()
    api.intercept = undefined
    await untilStatus(world, store, isIdle)
    const ofThis = steps.filter(({ eventId }) => eventId === 'event-1').map(told)
    expect(ofThis).toEqual([
      'going stored',
      'going claimed',
      'going sent answer',
      'going verdict unknown',
      'going waits',
      'going claimed',
      'going sent my-answer',
      'going verdict missing',
      'going sent answer',
      'going verdict accepted',
      'going settled accepted',
    ])
  })

  test('a refused answer has failed, with the reason; discarded, it is settled as that', async () => {
    const world = await startWorld()
    const { store, api } = world
    const { steps, story } = listen(world)
    api.intercept = async (request, next) => (isWrite(request) ? errorReply(403, 400300) : next(request))
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.state === 'failed')
    await store.discard('event-1')
    await world.calm()
    expect(story().slice(2)).toEqual([
      'going sent answer',
      'going verdict failed',
      'going failed',
      'going settled discarded',
    ])
    expect(steps[3]).toMatchObject({ failure: { kind: 'forbidden', httpStatus: 403, apiCode: 400300 } })
  })

  test('a newer answer takes the place of the one that waits', async () => {
    const world = await startWorld()
    const { store, goOnline } = world
    goOnline(false)
    const tapped = world.clock.now()
    await store.rsvp('event-1', 'going')
    await world.pass(1_000)
    const { steps, story } = listen(world)
    await store.rsvp('event-1', 'not_going')
    await world.calm()
    expect(steps.map(({ at }) => at - tapped)).toEqual([0, 1_000, 1_000])
    expect(story()).toEqual(['going stored', 'going settled superseded', 'not_going stored'])
    expect(steps[1]?.answerId).toBe(steps[0]?.answerId)
    expect(steps[2]?.answerId).not.toBe(steps[0]?.answerId)
  })

  test('what another tab stores and settles is told too; what it sends is not', async () => {
    const world = await startWorld()
    const other = world.openTab()
    await world.calm()
    world.goOnline(false)
    const { story } = listen(world)
    await other.store.rsvp('event-1', 'going')
    await untilStatus(world, other.store, isIdle)
    expect(story()[0]).toBe('going stored')
    expect(story().at(-1)).toBe('going settled accepted')
    expect(story().filter((step) => /sent|verdict/.test(step))).toEqual([])
  })

  test('ends with the store, as the log of requests does', async () => {
    const world = await startWorld()
    const { store } = world
    const over: string[] = []
    createStory(store, world.clock.now).subscribe({ complete: () => over.push('story') })
    store.requests$.subscribe({ complete: () => over.push('requests') })
    await store.close()
    expect(over.sort()).toEqual(['requests', 'story'])
  })
})

describe('the log of requests', () => {
  test('tells each request as it leaves and what came of it; of nothing before', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    await store.pullEvent('event-1')
    const steps: RequestStep[] = record(store.requests$)
    await store.pullEvent('event-2')
    expect(steps).toEqual([
      { at: world.clock.now(), question: { ask: 'event', eventId: 'event-2' }, what: 'sent' },
      {
        at: world.clock.now(),
        question: { ask: 'event', eventId: 'event-2' },
        what: 'heard',
        verdict: 'accepted',
      },
    ])
  })

  test('a request that is made anew with a fresh token leaves twice and is heard once', async () => {
    const world = createWorld()
    const { api } = world
    let token = api.tokenFor('ada')
    const getToken = ({ refresh }: { readonly refresh: boolean }) => {
      if (refresh) token = api.tokenFor('ada')
      return token
    }
    const { store } = world.openTab({ getToken })
    api.expireTokens()
    const steps = record(store.requests$)
    await store.pullEvent('event-1')
    expect(steps.map(({ what }) => what)).toEqual(['sent', 'sent', 'heard'])
  })

  test('P7 neither the log nor the story ever holds the token, also where the server quotes it', async () => {
    const world = await startWorld()
    const { store, api } = world
    const token = api.tokenFor('ada')
    const [steps, { steps: story }] = [record(store.requests$), listen(world)]
    api.intercept = async (request, next) =>
      isWrite(request)
        ? errorReply(403, 400300, {}, `not with ${request.headers.get('authorization')}`)
        : next(request)
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.state === 'failed')
    const text = JSON.stringify([steps, story])
    expect(text).toContain('not with Bearer [token]')
    expect(text).not.toContain(token)
  })

  test('P6 an observer that throws holds up nothing', async () => {
    const world = await startWorld()
    const thrown = platform.uncaught()
    const failing = world.store.requests$.subscribe(() => {
      failing.unsubscribe()
      throw new Error('the log is full')
    })
    await world.store.rsvp('event-1', 'going')
    await untilStatus(world, world.store, isIdle)
    expect(thrown.map(String)).toEqual(['Error: the log is full'])
  })
})

import { BehaviorSubject, NEVER, Observable, Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import { type EventsQueryInput, RsvpStoreError } from '../src/index.ts'
import { toAttendeesQuery, toEventsQuery } from '../src/model/queries.ts'
import { createHoldings } from '../src/react/held.ts'
import { attendeesText, eventQuestion, eventsText } from '../src/react/questions.ts'
import { ASK_AGAIN_MS } from '../src/react/suspended.ts'
import { createFakeClock } from '../src/testing.ts'

/** Holdings of a store that is nothing but one stream, and how often that is subscribed to. */
function createHeld() {
  const value$ = new Subject<string | undefined>()
  const runs = { now: 0, ever: 0 }
  const source$ = new Observable<string | undefined>((observer) => {
    runs.now += 1
    runs.ever += 1
    const inner = value$.subscribe(observer)
    return () => {
      runs.now -= 1
      inner.unsubscribe()
    }
  })
  const clock = createFakeClock()
  const held = createHoldings({} as never, clock)
  const component = () =>
    held<typeof source$, string | undefined>({ key: 'event event-1', ask: () => source$ })
  return { value$, runs, clock, component }
}

const quiet = () => {}
/** Lets what was put off to the end of this turn happen. */
const turnEnds = async () => {
  for (let turn = 0; turn < 3; turn += 1) await undefined
}

describe('what the components of a page hold of a store', () => {
  test('those that show the same share one subscription, and the second has the value before it subscribes', () => {
    const { value$, runs, component } = createHeld()
    const [one, two] = [component(), component()]
    one.subscribe(quiet)
    value$.next('going')
    expect(two.latest()).toBe('going')
    two.subscribe(quiet)
    expect(runs).toEqual({ now: 1, ever: 1 })
  })

  test('each change is told once to each', () => {
    const { value$, component } = createHeld()
    const told: string[] = []
    component().subscribe(() => told.push('one'))
    component().subscribe(() => told.push('two'))
    value$.next('going')
    expect(told).toEqual(['one', 'two'])
  })

  test('the subscription ends with the last of them, and leaves no value behind', async () => {
    const { value$, runs, component } = createHeld()
    const [one, two] = [component(), component()]
    const stops = [one.subscribe(quiet), two.subscribe(quiet)]
    value$.next('going')
    stops[0]?.()
    await turnEnds()
    expect([runs.now, two.latest()]).toEqual([1, 'going'])
    stops[1]?.()
    stops[1]?.()
    await turnEnds()
    expect([runs.now, one.latest(), one.source()]).toEqual([0, undefined, undefined])
  })

  test('whoever comes in the turn in which the last one leaves goes on with the value, and nothing is asked anew', async () => {
    const { value$, runs, component } = createHeld()
    const stop = component().subscribe(quiet)
    value$.next('going')
    stop()
    const next = component()
    next.subscribe(quiet)
    await turnEnds()
    expect([runs, next.latest()]).toEqual([{ now: 1, ever: 1 }, 'going'])
  })

  test('whoever was made before the last one left, and subscribes after that, shares with those who came later', async () => {
    const { runs, component } = createHeld()
    const early = component()
    early.subscribe(quiet)()
    await turnEnds()
    component().subscribe(quiet)
    early.subscribe(quiet)
    expect(runs).toEqual({ now: 1, ever: 2 })
  })
})

describe('a component that suspends', () => {
  test('waits on one promise, however often it renders, and wakes with the value', async () => {
    const { value$, runs, component } = createHeld()
    const waits = [component().known(), component().known()]
    expect(waits[0]).toBe(waits[1])
    value$.next(undefined) // not known here
    expect(component().known()).toBe(waits[0])
    value$.next('going')
    await waits[0]
    expect(component().latest()).toBe('going')
    expect(runs).toEqual({ now: 1, ever: 1 })
  })

  test('does not wait for a value that comes with the subscription', async () => {
    const held = createHoldings({} as never, createFakeClock())
    const component = held<BehaviorSubject<string>, string>({
      key: 'event event-1',
      ask: () => new BehaviorSubject('going'),
    })
    await component.known()
    expect(component.latest()).toBe('going')
  })

  test('hands its subscription over when it mounts, and leaves no timer behind', async () => {
    const { value$, runs, clock, component } = createHeld()
    void component().known()
    value$.next('going')
    const stop = component().subscribe(quiet)
    expect([runs, clock.alarms()]).toEqual([{ now: 1, ever: 1 }, []])
    stop()
    await turnEnds()
    expect(runs.now).toBe(0)
  })

  test('keeps its subscription for as long as it asks again when it is woken', async () => {
    const { value$, runs, clock, component } = createHeld()
    for (let turn = 0; turn < 10; turn += 1) {
      const waiting = component().known()
      clock.advance(ASK_AGAIN_MS)
      await waiting
    }
    expect(runs).toEqual({ now: 1, ever: 1 })
    const waiting = component().known()
    value$.next('going')
    await waiting
    expect(component().latest()).toBe('going')
  })

  test.each([
    ['unknown', undefined],
    ['known', 'going'],
  ])('and goes without a word is let go after twenty seconds, its event being %s', async (_, value) => {
    const { value$, runs, clock, component } = createHeld()
    void component().known()
    value$.next(value)
    clock.advance(ASK_AGAIN_MS)
    await turnEnds()
    expect(runs.now).toBe(1)
    clock.advance(ASK_AGAIN_MS)
    await turnEnds()
    expect([runs.now, clock.alarms()]).toEqual([0, []])
  })

  test('in the turn in which the last one that shows it leaves goes on with its subscription', async () => {
    const { runs, component } = createHeld()
    const stop = component().subscribe(quiet)
    stop()
    void component().known()
    await turnEnds()
    expect(runs).toEqual({ now: 1, ever: 1 })
  })

  test('beside one that shows the same asks again when that one goes', async () => {
    const { runs, component } = createHeld()
    const stop = component().subscribe(quiet)
    const waiting = component().known()
    stop()
    await waiting
    void component().known()
    expect(runs).toEqual({ now: 1, ever: 2 })
  })
})

describe('a question that the server refuses', () => {
  const refused = new RsvpStoreError('refused', 'no such event')

  function createRefused() {
    const clock = createFakeClock()
    const [value$, refusal$] = [new Subject<string | undefined>(), new Subject<RsvpStoreError>()]
    const held = createHoldings({} as never, clock)
    const component = () =>
      held<Observable<string | undefined>, string | undefined>({
        key: 'event event-1',
        ask: () => value$,
        refusal$: () => refusal$,
      })
    return { clock, value$, refusal$, component }
  }

  test('wakes who suspends, and says the same to whoever asks until they have all gone', async () => {
    const { clock, refusal$, component } = createRefused()
    const waiting = component().known()
    expect(component().refusal()).toBeUndefined()
    refusal$.next(refused)
    await waiting
    expect([component().refusal(), component().refusal()]).toEqual([refused, refused])
    for (const _ of [1, 2]) clock.advance(ASK_AGAIN_MS)
    await turnEnds()
    expect(component().refusal()).toBeUndefined()
    expect([refusal$.observed, clock.alarms()]).toEqual([false, []])
  })

  test('is refused no longer once there is a value', async () => {
    const { value$, refusal$, component } = createRefused()
    component().subscribe(quiet)
    refusal$.next(refused)
    value$.next(undefined) // that is no value
    expect(component().refusal()).toBe(refused)
    value$.next('going')
    expect(component().refusal()).toBeUndefined()
  })

  const step = { at: 0, question: { ask: 'event', eventId: 'event-1' }, what: 'heard' }
  const failure = { kind: 'event-gone', message: 'no such event' }
  test.each([
    ['there is none', 'refused', { ...step, verdict: 'missing', failure }],
    ['it is not for me', 'refused', { ...step, verdict: 'refused', failure }],
    ['silence', undefined, { ...step, verdict: 'unknown', failure }],
    ['too many requests', undefined, { ...step, verdict: 'slow-down', failure }],
    ['signed out', undefined, { ...step, verdict: 'signed-out', failure }],
    ['it is there', undefined, { ...step, verdict: 'accepted' }],
    [
      'another event',
      undefined,
      { ...step, question: { ask: 'event', eventId: 'event-2' }, verdict: 'missing', failure },
    ],
    [
      'my answer',
      undefined,
      { ...step, question: { ask: 'my-answer', eventId: 'event-1' }, verdict: 'missing', failure },
    ],
  ])('%s: %s', (_, code, said) => {
    const requests$ = new Subject()
    const held = createHoldings({ requests$, event$: () => NEVER } as never, createFakeClock())
    const component = held(eventQuestion('event-1'))
    component.subscribe(quiet)
    requests$.next(said)
    expect(component.refusal()?.code).toBe(code)
  })
})

describe('questions are compared by what they mean', () => {
  const moment = Date.UTC(2026, 5, 1)

  test('a moment is the same as a Date, a number and a text; fields may come in any order', () => {
    const queries: EventsQueryInput[] = [
      { from: moment, limit: 20, tags: 'music' },
      { limit: 20, from: new Date(moment), tags: ['music'], to: undefined },
      { tags: 'music', from: '2026-06-01T00:00:00Z', limit: 20, orderBy: 'startTime' },
    ]
    expect(new Set(queries.map(eventsText)).size).toBe(1)
    expect(eventsText({ ...queries[0], from: moment + 1 })).not.toBe(eventsText(queries[0]))
    expect(eventsText()).toBe(eventsText({}))
    expect(attendeesText({ status: 'going' })).toBe(attendeesText({ status: ['going'], limit: undefined }))
  })

  test.each<EventsQueryInput>([
    {},
    { from: moment, to: new Date(moment + 1), status: 'live', type: 'in_person', limit: 3 },
    { tags: ['a', 'b'], originId: 'o', originType: 'community', userId: 'bob' },
    { myStatus: 'going', orderBy: '-startTime' },
    { onlyAttendee: true, orderBy: 'desc' },
    { orderBy: 'createdAt' },
    { orderBy: '-createdAt' },
  ])('what is asked of the store is what was meant: %j', (query) => {
    expect(toEventsQuery(JSON.parse(eventsText(query)))).toEqual(toEventsQuery(query))
  })

  test('who is asked for among those who answered is who was meant', () => {
    const query = { status: 'going', limit: 3 } as const
    expect(toAttendeesQuery(JSON.parse(attendeesText(query)))).toEqual(toAttendeesQuery(query))
  })

  test('a wrong argument is named while the component renders', () => {
    expect(() => eventQuestion('')).toThrow(RsvpStoreError)
    expect(() => eventsText({ limit: 0 })).toThrow('query.limit')
    expect(() => attendeesText({ limit: 0 })).toThrow('query.limit')
  })
})

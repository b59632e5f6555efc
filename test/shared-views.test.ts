import { Observable, Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import type { OutboxEntry, RsvpStatus } from '../src/index.ts'
import { answered } from '../src/model/outbox-entry.ts'
import { shared } from '../src/views/share.ts'
import { createTaps, type Taps } from '../src/views/taps.ts'
import { createWorld, latest, now, record, startWorld } from './world.ts'

/** A source that tells how often it runs. */
function counted() {
  const value$ = new Subject<number>()
  const runs = { now: 0, ever: 0 }
  const source$ = new Observable<number>((observer) => {
    runs.now += 1
    runs.ever += 1
    const inner = value$.subscribe(observer)
    return () => {
      runs.now -= 1
      inner.unsubscribe()
    }
  })
  const closed$ = new Subject<never>()
  return { value$, runs, closed$, view$: shared(source$, closed$) }
}

describe('a view that many observe', () => {
  test('runs once, and late observers get the latest value', () => {
    const { value$, runs, view$ } = counted()
    const early = record(view$)
    value$.next(1)
    value$.next(2)
    const late = record(view$)
    value$.next(3)
    expect([early, late]).toEqual([
      [1, 2, 3],
      [2, 3],
    ])
    expect(runs).toEqual({ now: 1, ever: 1 })
  })

  test('is let go with the last of them, and begins anew after that', () => {
    const { value$, runs, view$ } = counted()
    const one = view$.subscribe()
    const two = view$.subscribe()
    value$.next(1)
    one.unsubscribe()
    expect(runs.now).toBe(1)
    two.unsubscribe()
    expect(runs.now).toBe(0)
    const later = record(view$)
    expect(later).toEqual([])
    value$.next(2)
    expect([later, runs]).toEqual([[2], { now: 1, ever: 2 }])
  })

  test('tells an observer nothing any more that has left', () => {
    const { value$, view$ } = counted()
    const seen: number[] = []
    record(view$)
    const watching = view$.subscribe((value) => seen.push(value))
    value$.next(1)
    watching.unsubscribe()
    value$.next(2)
    expect(seen).toEqual([1])
  })

  test('shows nobody an older value after a newer one, where an observer makes the newer one', () => {
    const { value$, view$ } = counted()
    view$.subscribe((value) => value === 1 && value$.next(2))
    const second = record(view$)
    value$.next(1)
    expect(second).toEqual([2])
  })

  test('completes for all when the store closes, and at once for whoever comes later', () => {
    const { closed$, view$, runs } = counted()
    const completed: string[] = []
    view$.subscribe({ complete: () => completed.push('early') })
    closed$.complete()
    expect(completed).toEqual(['early'])
    view$.subscribe({ complete: () => completed.push('late') })
    expect(completed).toEqual(['early', 'late'])
    expect(runs).toEqual({ now: 0, ever: 1 })
  })
})

describe('taps between the finger and the disk', () => {
  function entryOf(status: RsvpStatus): OutboxEntry {
    const made = answered(undefined, { eventId: 'e', status, answerId: status, now: 1, server: null })
    if (!made) throw new Error('no entry')
    return made
  }

  /** Which views were drawn again: of this event, of another, of any. */
  function redrawn(taps: Taps): string[] {
    const poked: string[] = []
    for (const eventId of ['e', 'other', undefined])
      taps.pokes$(eventId).subscribe(() => poked.push(eventId ?? 'any'))
    return poked
  }

  test('a view that is let go while taps are told is not drawn again, and one that begins then is not yet', () => {
    const taps = createTaps()
    const drawn: string[] = []
    taps.pokes$('e').subscribe(() => {
      drawn.push('first')
      second.unsubscribe()
      taps.pokes$('e').subscribe(() => drawn.push('third'))
    })
    const second = taps.pokes$('e').subscribe(() => drawn.push('second'))
    taps.begin([{ eventId: 'e', status: 'going' }])
    expect(drawn).toEqual(['first'])
  })

  test('a tap shows at once, and until a snapshot holds its write', () => {
    const taps = createTaps()
    const poked = redrawn(taps)
    const tap = taps.begin([{ eventId: 'e', status: 'going' }])
    expect(poked).toEqual(['e', 'any'])
    expect(taps.tapOf('e', 1_000)).toEqual({ phase: 'saving', status: 'going', after: undefined })
    tap.began(5)
    expect(taps.tapOf('e', 5)).toMatchObject({ phase: 'saving', status: 'going' }) // it may be taken back
    tap.saved([entryOf('going')])
    expect(taps.tapOf('e', 4)).toMatchObject({ phase: 'saved', entry: { status: 'going' } })
    expect(taps.tapOf('e', 5)).toBeUndefined()
    expect(taps.tapOf('other', 4)).toBeUndefined()
  })

  test('a stored tap shows what was stored', () => {
    const taps = createTaps()
    const poked = redrawn(taps)
    const tap = taps.begin([{ eventId: 'e', status: 'going' }])
    tap.began(5)
    tap.saved([entryOf('going')])
    expect(poked).toEqual(['e', 'any', 'e', 'any'])
    expect(taps.tapOf('e', 4)).toEqual({ phase: 'saved', entry: entryOf('going') })
    expect(taps.tapOf('e', 5)).toBeUndefined()
  })

  test('a tap after another lies over it, and what is stored ends what was before', () => {
    const taps = createTaps()
    const first = taps.begin([{ eventId: 'e', status: 'going' }])
    const second = taps.begin([{ eventId: 'e', status: 'not_going' }])
    first.began(5)
    expect(taps.tapOf('e', 4)).toMatchObject({ status: 'not_going', after: { status: 'going' } })
    first.saved([entryOf('going')])
    expect(taps.tapOf('e', 4)).toEqual({
      phase: 'saving',
      status: 'not_going',
      after: { phase: 'saved', entry: entryOf('going') },
    })
    second.began(6)
    second.saved([undefined])
    expect(taps.tapOf('e', 4)).toEqual({ phase: 'saved', entry: undefined })
    expect(taps.tapOf('e', 6)).toBeUndefined()
  })

  test('a tap that could not be stored is gone, and no other with it', () => {
    const taps = createTaps()
    const first = taps.begin([{ eventId: 'e', status: 'going' }])
    const second = taps.begin([{ eventId: 'e', status: 'not_going' }])
    const poked = redrawn(taps)
    second.failed()
    expect(poked).toEqual(['e', 'any'])
    expect(taps.tapOf('e', 0)).toEqual({ phase: 'saving', status: 'going', after: undefined })
    first.failed()
    expect(taps.tapOf('e', 0)).toBeUndefined()
  })

  test('a stored tap does not outlive a later one that was stored first', () => {
    const taps = createTaps()
    const first = taps.begin([{ eventId: 'e', status: 'going' }])
    first.began(1)
    const second = taps.begin([{ eventId: 'e', status: 'not_going' }])
    second.began(2)
    second.saved([entryOf('not_going')])
    expect(taps.tapOf('e', 0)).toEqual({ phase: 'saved', entry: entryOf('not_going') })
  })
})

describe('what is on screen', () => {
  const minute = 60_000
  const soon = (eventId: string, now: number, minutes: number) => ({
    eventId,
    status: 'scheduled',
    originId: 'garden',
    startTime: new Date(now + minutes * minute).toISOString(),
  })

  test('each event closes in its own minute, whether or not anything else happens', async () => {
    const { store, clock, calm } = await startWorld()
    await store.merge({ events: [soon('far', clock.now(), 40), soon('near', clock.now(), 20)] })
    const windows = latest(store.events$({ originId: 'garden' }))
    await calm()
    const seen = () => windows.value.map(({ eventId, rsvpWindow }) => `${eventId} ${rsvpWindow}`)
    expect(seen()).toEqual(['near open', 'far open'])
    clock.advance(5 * minute)
    expect(seen()).toEqual(['near closing', 'far open'])
    clock.advance(15 * minute)
    expect(seen()).toEqual(['near closed', 'far open'])
    clock.advance(20 * minute)
    expect(seen()).toEqual(['near closed', 'far closed'])
  })

  test('two events at once are each shown as they are, and a list shows a tap in the same frame', async () => {
    const { store, goOnline, calm } = await startWorld()
    goOnline(false)
    const one = latest(store.event$('event-1'))
    const two = latest(store.event$('event-2'))
    const list = latest(store.events$())
    await calm()
    expect([one.value?.eventId, two.value?.eventId]).toEqual(['event-1', 'event-2'])
    const storing = store.rsvp('event-1', 'going')
    const listed = list.value.find(({ eventId }) => eventId === 'event-1')
    expect([one, two].map(({ value }) => value?.myRsvp.sync)).toEqual(['saving', 'synced'])
    expect(listed?.myRsvp).toEqual({ status: 'going', sync: 'saving' })
    await storing
  })

  test('where there is no database every view is empty, again and again', async () => {
    const { store } = createWorld().openTab({ ports: { indexedDB: undefined } })
    for (let time = 0; time < 2; time += 1) {
      expect(await now(store.events$())).toEqual([])
      expect(await now(store.event$('event-1'))).toBeUndefined()
      expect(await now(store.attendees$('event-1'))).toEqual([])
    }
  })

  test('what nobody watches any more waits for nothing and reads nothing', async () => {
    const { store, clock, calm, indexedDB } = await startWorld()
    await store.merge({ events: [soon('near', clock.now(), 20)] })
    await calm()
    const before = clock.alarms()
    const watching = store.event$('near').subscribe()
    await calm()
    expect(clock.alarms().length).toBeGreaterThan(before.length)
    watching.unsubscribe()
    expect(clock.alarms()).toEqual(before)
    const reads = () =>
      indexedDB.transactions.filter(({ mode, tables }) => mode === 'readonly' && tables.includes('events'))
        .length
    const quiet = reads()
    await store.merge({ events: [{ ...soon('near', clock.now(), 20), title: 'New' }] })
    await calm()
    expect(reads()).toBe(quiet)
  })

  test('an event that waits for nothing wakes nobody', async () => {
    const { store, clock, calm } = await startWorld()
    await store.merge({ events: [{ eventId: 'undated' }] })
    await calm()
    const before = clock.alarms()
    latest(store.event$('undated'))
    await calm()
    expect(clock.alarms()).toEqual(before)
  })
})

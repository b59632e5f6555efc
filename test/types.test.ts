import type { Observable } from 'rxjs'
import { describe, expectTypeOf, test } from 'vitest'
import type {
  AttendeeView,
  EventView,
  Feed,
  ListObservable,
  ListView,
  OutboxEntry,
  Outcome,
  PullReport,
  Receipt,
  Remote,
  RequestStep,
  RsvpStatus,
  RsvpStore,
  RsvpStoreErrorCode,
  RsvpStoreOptions,
  SyncStatus,
} from '../src/index.ts'

/**
 * What the types promise to whoever writes against them. The compiler is the judge (`npm run types`): nothing in here is
 * called, and each line marked as an error must be one.
 */
const store = {} as RsvpStore
const options = {} as RsvpStoreOptions
const unasked = (_: () => unknown) => {}

describe('answers', () => {
  test('one of three, and the receipt says how it ended', () => {
    expectTypeOf(store.rsvp).parameters.toEqualTypeOf<[string, RsvpStatus]>()
    expectTypeOf(store.rsvp).returns.resolves.toEqualTypeOf<Receipt>()
    expectTypeOf<Receipt['settled']>().resolves.toEqualTypeOf<Outcome>()
    expectTypeOf<RsvpStatus>().toEqualTypeOf<'going' | 'interested' | 'not_going'>()
    unasked(() => {
      // @ts-expect-error: not one of the three
      store.rsvp('event-1', 'maybe')
      // @ts-expect-error: an event has a text for its id
      store.rsvp(1, 'going')
      // @ts-expect-error: an answer is to one event
      store.rsvpAll(['event-1'])
    })
  })

  test('an outcome is told apart by its kind, and only a failed one has a failure', () => {
    expectTypeOf<Outcome['kind']>().toEqualTypeOf<'accepted' | 'superseded' | 'discarded' | 'failed'>()
    unasked((outcome = {} as Outcome) => {
      if (outcome.kind === 'failed') expectTypeOf(outcome.failure.message).toBeString()
      // @ts-expect-error: it may not have failed
      outcome.failure
    })
  })
})

describe('what is observed', () => {
  test('an event may not be known yet; lists know whether there is more', () => {
    expectTypeOf(store.event$).returns.toEqualTypeOf<Observable<EventView | undefined>>()
    expectTypeOf(store.events$).returns.toEqualTypeOf<ListObservable<EventView>>()
    expectTypeOf(store.attendees$).returns.toEqualTypeOf<ListObservable<AttendeeView>>()
    expectTypeOf<ListView<EventView>['hasMore']>().toEqualTypeOf<boolean | undefined>()
    expectTypeOf(store.outbox$).toEqualTypeOf<Observable<readonly OutboxEntry[]>>()
    expectTypeOf(store.status$).toEqualTypeOf<Observable<SyncStatus>>()
    expectTypeOf(store.requests$).toEqualTypeOf<Observable<RequestStep>>()
    unasked((event = {} as EventView, entry = {} as OutboxEntry) => {
      // @ts-expect-error: a view is what is, not what is wished for
      event.myRsvp.status = 'going'
      // @ts-expect-error: only the store writes its outbox
      entry.state = 'queued'
      // @ts-expect-error: known by the server's own moments, not by words
      store.events$({ from: true })
      // @ts-expect-error: no such order
      store.events$({ orderBy: 'title' })
    })
  })

  test('a request that was heard says what its reply meant; a refused one also why', () => {
    unasked((step = {} as RequestStep) => {
      if (step.what === 'heard' && step.verdict !== 'accepted') expectTypeOf(step.failure.kind).toBeString()
      // @ts-expect-error: one that only leaves has no verdict
      step.verdict
    })
  })
})

describe('how a store is made', () => {
  test('three options are needed, and none is without its unit', () => {
    expectTypeOf(options).toExtend<{ userId: string; baseUrl: string; getToken: unknown }>()
    unasked((): RsvpStoreOptions[] => [
      // @ts-expect-error: whose answers?
      { baseUrl: 'https://api.example', getToken: () => '' },
      // @ts-expect-error: milliseconds, or never
      { ...options, pull: { everyMs: '1 min' } },
      // @ts-expect-error: no such option
      { ...options, retries: 5 },
    ])
  })

  test('an adapter answers every question; a feed is anything that can be subscribed to', () => {
    expectTypeOf<Observable<{ eventType: string; data: unknown }>>().toExtend<Feed>()
    unasked((): Remote[] => [
      // @ts-expect-error: it must also read
      { request: () => ({ method: 'GET', path: '/' }) },
      // @ts-expect-error: no such method is ever needed
      { request: () => ({ method: 'DELETE', path: '/' }), read: () => undefined },
    ])
  })

  test('pulls tell what came; errors have a closed set of codes', () => {
    expectTypeOf(store.pullEvents).returns.resolves.toEqualTypeOf<PullReport>()
    unasked((code = '' as RsvpStoreErrorCode) => {
      switch (code) {
        case 'invalid-argument':
        case 'rsvp-closed':
        case 'storage-unavailable':
        case 'storage-full':
        case 'storage-outdated':
        case 'unreachable':
        case 'signed-out':
        case 'refused':
        case 'cancelled':
        case 'closed':
          return code
        default:
          return expectTypeOf(code).toBeNever()
      }
    })
  })
})

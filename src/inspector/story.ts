import { Observable, Subscription } from 'rxjs'
import type { Failure } from '../model/failure.ts'
import type { EventId } from '../model/ids.ts'
import type { Moment } from '../model/moment.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { Outcome } from '../model/outcome.ts'
import type { RsvpStore } from '../public-api.ts'
import type { Question } from '../remote/remote.ts'
import type { RequestStep } from '../remote/request-step.ts'

/** One thing that became of an answer of mine. Never holds a token. */
export type StoryStep = {
  /** Epoch milliseconds, by this device's clock. */
  readonly at: Moment
  readonly eventId: EventId
  readonly answerId: string
  readonly status: OutboxEntry['status']
} /** It is on disk; told as of then also for what was there before anybody listened. */ & (
  | { readonly what: 'stored' }
  /** A tab has taken it for sending, and has it for itself until then. */
  | { readonly what: 'claimed'; readonly until: Moment }
  /** A request about it leaves this tab: the answer itself, or a look at what the server has. */
  | { readonly what: 'sent'; readonly ask: AboutOne['ask'] }
  | {
      readonly what: 'verdict'
      readonly verdict: 'accepted' | Refused['verdict']
      readonly failure?: Failure
    }
  /** It stays, and may go again from `until` on. */
  | { readonly what: 'waits'; readonly until: Moment; readonly failure?: Failure }
  /** The server refused it; only the user moves it now. */
  | { readonly what: 'failed'; readonly failure?: Failure }
  /** It has left the outbox. */
  | { readonly what: 'settled'; readonly outcome: Outcome['kind'] }
)

type AboutOne = Extract<Question, { readonly ask: 'answer' | 'my-answer' | 'event' }>
type Refused = Extract<RequestStep, { readonly failure: Failure }>
type Told = Pick<RsvpStore, 'outbox$' | 'requests$' | 'settled'>
/** What there is to say, beside whose it is. */
type News = StoryStep extends infer S
  ? S extends StoryStep
    ? Omit<S, 'eventId' | 'answerId' | 'status' | 'at'> & { readonly at?: Moment }
    : never
  : never

/**
 * What becomes of my answers, step by step, from what the store says of itself. What other tabs do is heard as far as it
 * is stored; their requests are not.
 */
export const createStory = (store: Told, now: () => Moment): Observable<StoryStep> =>
  new Observable((observer) => {
    let known = new Map<EventId, OutboxEntry>()
    const tell = ({ eventId, answerId, status }: OutboxEntry, news: News) =>
      observer.next({ at: now(), ...news, eventId, answerId, status } as StoryStep)

    function changed(was: OutboxEntry | undefined, is: OutboxEntry): void {
      if (was?.answerId !== is.answerId) {
        if (was) tell(was, { what: 'settled', outcome: 'superseded' })
        tell(is, { what: 'stored', at: is.queuedAt })
      }
      if (is.lease && is.lease.id !== was?.lease?.id) tell(is, { what: 'claimed', until: is.lease.until })
      const why = is.failure && { failure: is.failure }
      if (is.state === 'failed' && was?.state !== 'failed') tell(is, { what: 'failed', ...why })
      const isBack = was?.lease !== undefined || was?.state === 'failed'
      if (is.state === 'queued' && isBack && was.answerId === is.answerId)
        tell(is, { what: 'waits', until: is.notBefore, ...why })
    }

    /** How it went, as the tables know; a store that was closed meanwhile no longer says. */
    function left(entry: OutboxEntry): void {
      const at = now()
      store.settled(entry.eventId).then(
        (outcome) => {
          const isTaken = outcome.kind === 'accepted' && outcome.response.status === entry.status
          tell(entry, { what: 'settled', outcome: isTaken ? 'accepted' : 'discarded', at })
        },
        () => undefined,
      )
    }

    function heard(entries: readonly OutboxEntry[]): void {
      const before = known
      known = new Map(entries.map((entry) => [entry.eventId, entry]))
      for (const entry of entries) changed(before.get(entry.eventId), entry)
      for (const entry of before.values()) if (!known.has(entry.eventId)) left(entry)
    }

    function requested({ at, question, ...step }: RequestStep): void {
      const entry = isAboutOne(question) ? known.get(question.eventId) : undefined
      if (!entry || !isAboutOne(question)) return
      if (step.what === 'sent') tell(entry, { what: 'sent', ask: question.ask, at })
      else tell(entry, { ...step, what: 'verdict', at })
    }

    const listening = new Subscription()
    listening.add(store.outbox$.subscribe({ next: heard, complete: () => observer.complete() }))
    listening.add(store.requests$.subscribe(requested))
    return listening
  })

const isAboutOne = (question: Question): question is AboutOne =>
  question.ask === 'answer' || question.ask === 'my-answer' || question.ask === 'event'

import { answerIn, has, type RawBundle } from '../model/bundle.ts'
import type { RsvpStatus } from '../model/entities.ts'
import type { FailureKind } from '../model/failure.ts'
import type { EventId, UserId } from '../model/ids.ts'
import type { AttendeesQuery, EventsQuery } from '../model/queries.ts'
import type { Send, TimeLeft } from './http.ts'
import type { Page, Question, Remote } from './remote.ts'
import { type Refusal, type Verdict, verdictOf } from './verdict.ts'

export type RsvpApi = ReturnType<typeof createRsvpApi>

/** A verdict, and how old the mirror was when it was asked for. */
export type Answer = Verdict & { readonly asked: number }

/** Until when a question is worth asking. */
interface Ends {
  /** While it may be sent. */
  readonly timeLeft?: TimeLeft | undefined
  /** Gives it up. */
  readonly signal?: AbortSignal | undefined
}

/** What the store asks a server, one method each. Every outcome is a verdict, which `heard` is told too. */
export function createRsvpApi(
  remote: Remote,
  send: Send,
  asOf: () => Promise<number>,
  me: UserId,
  heard: (question: Question, verdict: Verdict) => void,
) {
  /** `known`: `asOf` of this moment, where the caller has just read it. */
  async function ask(
    question: Question,
    accepts: (raw: RawBundle) => boolean,
    ends: Ends,
    known?: number,
  ): Promise<Answer> {
    const asked = known ?? (await asOf())
    const request = tried(() => remote.request(question, me))
    if (!request) return { ...NOT_ASKED, asked }
    const reply = await send({ ...request, ...ends, question })
    // It was sent, whatever a mistake of the adapter's makes of the reply.
    const verdict = tried(() => verdictOf({ remote, question, me, accepts }, reply)) ?? NOT_READ
    heard(question, verdict)
    return { ...verdict, asked }
  }
  const list = (question: Question, signal: AbortSignal | undefined) => ask(question, () => true, { signal })
  /** The reply speaks of this event and this user: nothing else is an answer to what was sent. */
  const isAnswered = (eventId: EventId) => (raw: RawBundle) => answerIn(raw, eventId, me) !== undefined

  return {
    /** `isKnown`: as a change of an answer that the server has, not as a new one; the caller reads the verdict. */
    answer: (isKnown: boolean, eventId: EventId, status: RsvpStatus, timeLeft: TimeLeft, known?: number) =>
      ask({ ask: 'answer', eventId, status, isKnown }, isAnswered(eventId), { timeLeft }, known),

    /** `missing`: no answer of mine there, or no event. */
    myRsvp: (eventId: EventId, timeLeft: TimeLeft) =>
      ask({ ask: 'my-answer', eventId }, isAnswered(eventId), { timeLeft }),

    event: (eventId: EventId, ends: Ends) =>
      ask(
        { ask: 'event', eventId },
        ({ events }) => events.some((row) => has(row, 'eventId', eventId)),
        ends,
      ),

    events: (query: EventsQuery, page: Page, signal?: AbortSignal) =>
      list({ ask: 'events', query, page }, signal),
    attendees: (eventId: EventId, query: Pick<AttendeesQuery, 'status'>, page: Page, signal?: AbortSignal) =>
      list({ ask: 'attendees', eventId, query, page }, signal),
    myRsvps: (query: Pick<AttendeesQuery, 'status'>, page: Page, signal?: AbortSignal) =>
      list({ ask: 'my-answers', query, page }, signal),
  }
}

/** What the app's own adapter throws must not hold up an answer without a word. */
function tried<T>(work: () => T): T | undefined {
  try {
    return work()
  } catch {
    return undefined
  }
}

const because = (kind: Refusal['kind'], why: FailureKind, message: string): Refusal => ({
  kind,
  failure: { kind: why, message },
})
const NOT_ASKED = because('failed', 'refused', 'The remote adapter could not make this request.')
const NOT_READ = because('unknown', 'not-the-api', 'The remote adapter could not read the reply.')

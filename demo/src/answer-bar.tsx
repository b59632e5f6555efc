import { useCallback, useMemo, useState } from 'react'
import { type OutboxEntry, type RsvpStatus, RsvpStoreError, type SyncStatus } from '../../src/index.ts'
import { AnswerButtons } from './answer-buttons.tsx'
import { discard, store, tryNow } from './store.ts'
import { Mark, wantedWords } from './sync-mark.tsx'
import { inTime } from './time-words.ts'
import { useNow } from './use-now.ts'
import { useObservable } from './use-observable.ts'
import { problemOf, windowWords } from './words.ts'

/** When an entry may go: its own wait, or the one that the whole user is in. */
export const nextAttempt = (entry: OutboxEntry, status: SyncStatus | undefined): number =>
  Math.max(entry.notBefore, status?.nextAttemptAt ?? 0)

/** What is to be said about an entry beside the reason. */
export function detailOf(
  entry: OutboxEntry,
  status: SyncStatus | undefined,
  now: number,
): string | undefined {
  switch (entry.state) {
    case 'sending':
      return undefined
    case 'failed':
      return wantedWords(entry.status)
    case 'queued':
      if (status?.network === 'offline') return 'It goes out when you are back online.'
      return `Next try ${inTime(nextAttempt(entry, status), now)}.`
  }
}

/** The answer and its mark, always at the bottom of the screen: it grows upwards, and nothing else moves. */
export function AnswerBar({
  eventId,
  entries,
  status,
}: {
  readonly eventId: string
  readonly entries: readonly OutboxEntry[]
  readonly status: SyncStatus | undefined
}) {
  const event = useObservable(
    useMemo(() => store.event$(eventId), [eventId]),
    undefined,
  )
  const entry = entries.find((one) => one.eventId === eventId)
  const now = useNow(1_000, entry?.state === 'queued')
  const [problem, setProblem] = useState<string>()

  const answer = useCallback(
    (wanted: RsvpStatus) => {
      setProblem(undefined)
      store
        .rsvp(eventId, wanted)
        .catch((error: unknown) =>
          setProblem(problemOf(error instanceof RsvpStoreError ? error.code : undefined)),
        )
    },
    [eventId],
  )
  if (!event) return null
  // A moment may pass between the view and the outbox: only what belongs together is said together.
  const isSame = entry !== undefined && entry.state === event.myRsvp.sync
  const waiting = isSame ? detailOf(entry, status, now) : undefined
  return (
    <section className="answer-bar" aria-label="Your answer to this event">
      <Mark
        rsvp={event.myRsvp}
        rsvpWindow={event.rsvpWindow}
        detail={waiting ?? windowWords(event)}
        onRetry={() => tryNow(eventId)}
        onDiscard={() => discard(eventId)}
      />
      {problem && (
        <p className="mark-detail problem" role="alert">
          {problem}
        </p>
      )}
      <AnswerButtons status={event.myRsvp.status} rsvpWindow={event.rsvpWindow} onAnswer={answer} />
    </section>
  )
}

import { useCallback, useMemo, useState } from 'react'
import {
  type OutboxEntry,
  type RsvpStatus,
  RsvpStoreError,
  type RsvpStoreErrorCode,
  type SyncStatus,
} from '../../src/index.ts'
import { AnswerButtons } from './answer-buttons.tsx'
import { detailOf, problemOf } from './answer-words.ts'
import { shutWords } from './event-words.ts'
import { useWords } from './languages/use-words.ts'
import { discard, store, tryNow } from './store.ts'
import { Mark } from './sync-mark.tsx'
import { useNow } from './use-now.ts'
import { useObservable } from './use-observable.ts'

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
  const words = useWords()
  const { text } = words
  const event = useObservable(
    useMemo(() => store.event$(eventId), [eventId]),
    undefined,
  )
  const entry = entries.find((one) => one.eventId === eventId)
  const now = useNow(1_000, entry?.state === 'queued')
  const [problem, setProblem] = useState<{ readonly code: RsvpStoreErrorCode | undefined }>()

  const answer = useCallback(
    (wanted: RsvpStatus) => {
      setProblem(undefined)
      store
        .rsvp(eventId, wanted)
        .catch((error: unknown) =>
          setProblem({ code: error instanceof RsvpStoreError ? error.code : undefined }),
        )
    },
    [eventId],
  )
  if (!event) return null
  // A moment may pass between the view and the outbox: only what belongs together is said together.
  const isSame = entry !== undefined && entry.state === event.myRsvp.sync
  const waiting = isSame ? detailOf(words, entry, status, now) : undefined
  return (
    <section className="answer-bar" aria-label={text.answering.section}>
      <Mark
        rsvp={event.myRsvp}
        rsvpWindow={event.rsvpWindow}
        detail={waiting ?? shutWords(text, event)}
        onRetry={() => tryNow(eventId)}
        onDiscard={() => discard(eventId)}
      />
      {problem && (
        <p className="mark-detail problem" role="alert">
          {problemOf(text, problem.code)}
        </p>
      )}
      <AnswerButtons status={event.myRsvp.status} rsvpWindow={event.rsvpWindow} onAnswer={answer} />
    </section>
  )
}

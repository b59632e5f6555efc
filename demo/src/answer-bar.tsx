import { useCallback, useState } from 'react'
import { type RsvpStatus, RsvpStoreError, type RsvpStoreErrorCode } from '../../src/index.ts'
import { useEvent, useOutbox, useRsvp, useSyncStatus } from '../../src/react.ts'
import { AnswerButtons } from './answer-buttons.tsx'
import { detailOf, problemOf, wayOf } from './answer-words.ts'
import { shutWords } from './event-words.ts'
import { useWords } from './languages/use-words.ts'
import { discard, tryNow } from './store.ts'
import { Mark } from './sync-mark.tsx'
import { useNow } from './use-now.ts'

/** The answer and its mark, always at the bottom of the screen: it grows upwards, and nothing else moves. */
export function AnswerBar({ eventId }: { readonly eventId: string }) {
  const words = useWords()
  const { text } = words
  const event = useEvent(eventId)
  const { answer } = useRsvp(eventId)
  const entry = useOutbox()?.find((one) => one.eventId === eventId)
  const way = useSyncStatus(wayOf)
  const now = useNow(1_000, entry?.state === 'queued')
  const [problem, setProblem] = useState<{ readonly code: RsvpStoreErrorCode | undefined }>()

  const onAnswer = useCallback(
    (wanted: RsvpStatus) => {
      setProblem(undefined)
      answer(wanted).catch((error: unknown) =>
        setProblem({ code: error instanceof RsvpStoreError ? error.code : undefined }),
      )
    },
    [answer],
  )
  if (!event) return null
  // A moment may pass between the view and the outbox: only what belongs together is said together.
  const isSame = entry !== undefined && entry.state === event.myRsvp.sync
  const waiting = isSame ? detailOf(words, entry, way, now) : undefined
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
      <AnswerButtons status={event.myRsvp.status} rsvpWindow={event.rsvpWindow} onAnswer={onAnswer} />
    </section>
  )
}

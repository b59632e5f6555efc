import type { MyRsvp, RsvpWindow, SyncMark } from '../../src/index.ts'
import { Icon, type IconName } from './icon.tsx'
import { ANSWER, answerWord, MARK, MARK_SHORT, QUESTION, reasonOf } from './words.ts'

export const MARK_ICON: Record<SyncMark, IconName> = {
  synced: 'check',
  saving: 'disk',
  queued: 'clock',
  sending: 'up',
  failed: 'alert',
}

/** My answer on a card: one line, always there. */
export function MarkChip({ status, sync }: MyRsvp) {
  const word = status === null || sync === 'failed' ? '' : answerWord(status)
  const isOpen = sync !== 'synced'
  return (
    <span className="chip" data-sync={sync} data-answer={status ?? 'none'}>
      {(isOpen || word) && (
        <Icon name={isOpen ? MARK_ICON[sync] : status === 'not_going' ? 'cross' : 'check'} />
      )}
      {[word, MARK_SHORT[sync]].filter(Boolean).join(' · ')}
    </span>
  )
}

/** How far my answer has come, with the reason, and what can be done about it. */
export function Mark({
  rsvp,
  rsvpWindow,
  detail,
  onRetry,
  onDiscard,
}: {
  readonly rsvp: MyRsvp
  readonly rsvpWindow: RsvpWindow
  /** When the next attempt is, or what closes the answers. */
  readonly detail: string | undefined
  readonly onRetry: () => void
  readonly onDiscard: () => void
}) {
  const { status, sync, failure } = rsvp
  const isBlank = sync === 'synced' && status === null
  const text = [failure && reasonOf(failure), detail].filter(Boolean).join(' ')
  const canAct = sync === 'failed' || (sync === 'queued' && failure !== undefined)
  return (
    <div className="mark" data-sync={sync}>
      <p className="mark-line" role="status">
        {!isBlank && <Icon name={MARK_ICON[sync]} />}
        <strong>{isBlank ? QUESTION[rsvpWindow] : MARK[sync]}</strong>
        {failure && <span className="unseen">{reasonOf(failure)}</span>}
      </p>
      {text && <p className="mark-detail">{text}</p>}
      {canAct && (
        <p className="mark-actions">
          <button type="button" className="button" onClick={onRetry}>
            {sync === 'failed' ? 'Try again' : 'Try now'}
          </button>
          <button type="button" className="button quiet" onClick={onDiscard}>
            Discard
          </button>
        </p>
      )}
    </div>
  )
}

/** What a failed answer wanted to say; the view shows the server's word again. */
export const wantedWords = (wanted: keyof typeof ANSWER): string => `You wanted to say “${ANSWER[wanted]}”.`

import type { MyRsvp, RsvpWindow, SyncMark } from '../../src/index.ts'
import { answerWord, reasonOf } from './answer-words.ts'
import { Icon, type IconName } from './icon.tsx'
import { useWords } from './languages/use-words.ts'

export const MARK_ICON: Record<SyncMark, IconName> = {
  synced: 'check',
  saving: 'disk',
  queued: 'clock',
  sending: 'up',
  failed: 'alert',
}

/** My answer on a card: one line, always there. */
export function MarkChip({ status, sync }: MyRsvp) {
  const { text } = useWords()
  const word = status === null || sync === 'failed' ? '' : answerWord(text, status)
  const isOpen = sync !== 'synced'
  return (
    <span className="chip" data-sync={sync} data-answer={status ?? 'none'}>
      {(isOpen || word) && (
        <Icon name={isOpen ? MARK_ICON[sync] : status === 'not_going' ? 'cross' : 'check'} />
      )}
      {[word, text.markShort[sync]].filter(Boolean).join(' · ')}
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
  const { text } = useWords()
  const { status, sync, failure } = rsvp
  const isBlank = sync === 'synced' && status === null
  const reason = failure && reasonOf(text, failure)
  const details = [reason, detail].filter(Boolean).join(' ')
  const canAct = sync === 'failed' || (sync === 'queued' && failure !== undefined)
  return (
    <div className="mark" data-sync={sync}>
      <p className="mark-line" role="status">
        {!isBlank && <Icon name={MARK_ICON[sync]} />}
        <strong>{isBlank ? text.question[rsvpWindow] : text.mark[sync]}</strong>
        {reason && <span className="unseen">{reason}</span>}
      </p>
      {details && <p className="mark-detail">{details}</p>}
      {canAct && (
        <p className="mark-actions">
          <button type="button" className="button" onClick={onRetry}>
            {sync === 'failed' ? text.action.tryAgain : text.action.tryNow}
          </button>
          <button type="button" className="button quiet" onClick={onDiscard}>
            {text.action.discard}
          </button>
        </p>
      )}
    </div>
  )
}

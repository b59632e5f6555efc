import type { OutboxEntry } from '../../src/index.ts'
import { useEvent, useOutbox, useSyncStatus } from '../../src/react.ts'
import { detailOf, reasonOf, wayOf } from './answer-words.ts'
import { Icon } from './icon.tsx'
import { useWords } from './languages/use-words.ts'
import { isolated } from './languages/words.ts'
import { eventHref } from './route.ts'
import { Sheet } from './sheet.tsx'
import { discard, tryNow } from './store.ts'
import { MARK_ICON } from './sync-mark.tsx'
import { useNow } from './use-now.ts'

/** Every answer that the server does not have yet: how old, in what state, and when it is tried next. */
export function OutboxDrawer({ onClose }: { readonly onClose: () => void }) {
  const { text, formOf } = useWords()
  const entries = useOutbox() ?? []
  const now = useNow(1_000)
  return (
    <Sheet title={text.outbox.title} testId="outbox" onClose={onClose}>
      {entries.length === 0 ? (
        <div className="sheet-empty">
          <Icon name="check" />
          <p>
            <b>{text.outbox.empty}</b>
            <br />
            {text.outbox.emptySays}
          </p>
        </div>
      ) : (
        <>
          <p className="sheet-lead">{formOf(text.outbox.kept, entries.length)}</p>
          <ul className="entries">
            {entries.map((entry) => (
              <Entry key={entry.eventId} entry={entry} now={now} onOpen={onClose} />
            ))}
          </ul>
        </>
      )}
    </Sheet>
  )
}

function Entry({
  entry,
  now,
  onOpen,
}: {
  readonly entry: OutboxEntry
  readonly now: number
  readonly onOpen: () => void
}) {
  const words = useWords()
  const { text, times } = words
  const { eventId, state, failure } = entry
  const event = useEvent(eventId)
  const way = useSyncStatus(wayOf)
  const title = event?.title ?? eventId
  const { action } = text
  const isFailed = state === 'failed'
  const nameTry = isFailed ? action.tryAgainFor : action.tryNowFor
  const detail = [failure && reasonOf(text, failure), state === 'queued' && detailOf(words, entry, way, now)]
  return (
    <li className="entry" data-state={state}>
      <span className="entry-icon">
        <Icon name={MARK_ICON[state]} />
      </span>
      <div className="entry-text">
        <a href={eventHref(eventId)} onClick={onOpen}>
          <bdi>{title}</bdi>
        </a>
        <p className="meta">
          {text.answer[entry.status]} · {text.outbox.answered(times.ago(entry.queuedAt, now))}
        </p>
        <p className="entry-state">
          <b>{text.mark[state]}</b> {detail.filter(Boolean).join(' ')}
        </p>
      </div>
      <div className="entry-actions">
        <button
          type="button"
          className="button"
          disabled={state === 'sending'}
          aria-label={nameTry(isolated(title))}
          onClick={() => tryNow(eventId)}
        >
          {isFailed ? action.tryAgain : action.tryNow}
        </button>
        <button
          type="button"
          className="button quiet"
          aria-label={action.discardFor(isolated(title))}
          onClick={() => discard(eventId)}
        >
          {action.discard}
        </button>
      </div>
    </li>
  )
}

import { useMemo } from 'react'
import type { OutboxEntry, SyncStatus } from '../../src/index.ts'
import { detailOf } from './answer-bar.tsx'
import { Icon } from './icon.tsx'
import { eventHref } from './route.ts'
import { Sheet } from './sheet.tsx'
import { discard, store, tryNow } from './store.ts'
import { MARK_ICON } from './sync-mark.tsx'
import { ago } from './time-words.ts'
import { useNow } from './use-now.ts'
import { useObservable } from './use-observable.ts'
import { ANSWER, MARK, reasonOf } from './words.ts'

/** Every answer that the server does not have yet: how old, in what state, and when it is tried next. */
export function OutboxDrawer({
  entries,
  status,
  onClose,
}: {
  readonly entries: readonly OutboxEntry[]
  readonly status: SyncStatus | undefined
  readonly onClose: () => void
}) {
  const now = useNow(1_000)
  return (
    <Sheet title="Outbox" testId="outbox" onClose={onClose}>
      {entries.length === 0 ? (
        <div className="sheet-empty">
          <Icon name="check" />
          <p>
            <b>Everything has been sent.</b>
            <br />
            Answers that could not go out yet would wait here.
          </p>
        </div>
      ) : (
        <>
          <p className="sheet-lead">
            Kept on this device until the server has {entries.length === 1 ? 'it' : 'them'}, also when you
            close the app.
          </p>
          <ul className="entries">
            {entries.map((entry) => (
              <Entry key={entry.eventId} entry={entry} status={status} now={now} onOpen={onClose} />
            ))}
          </ul>
        </>
      )}
    </Sheet>
  )
}

function Entry({
  entry,
  status,
  now,
  onOpen,
}: {
  readonly entry: OutboxEntry
  readonly status: SyncStatus | undefined
  readonly now: number
  readonly onOpen: () => void
}) {
  const { eventId, state, failure } = entry
  const event = useObservable(
    useMemo(() => store.event$(eventId), [eventId]),
    undefined,
  )
  const title = event?.title ?? eventId
  const tryWords = state === 'failed' ? 'Try again' : 'Try now'
  const detail = [failure && reasonOf(failure), state === 'queued' && detailOf(entry, status, now)]
  return (
    <li className="entry" data-state={state}>
      <span className="entry-icon">
        <Icon name={MARK_ICON[state]} />
      </span>
      <div className="entry-text">
        <a href={eventHref(eventId)} onClick={onOpen}>
          {title}
        </a>
        <p className="meta">
          {ANSWER[entry.status]} · answered {ago(entry.queuedAt, now)}
        </p>
        <p className="entry-state">
          <b>{MARK[state]}</b> {detail.filter(Boolean).join(' ')}
        </p>
      </div>
      <div className="entry-actions">
        <button
          type="button"
          className="button"
          disabled={state === 'sending'}
          aria-label={`${tryWords}: ${title}`}
          onClick={() => tryNow(eventId)}
        >
          {tryWords}
        </button>
        <button
          type="button"
          className="button quiet"
          aria-label={`Discard the answer to ${title}`}
          onClick={() => discard(eventId)}
        >
          Discard
        </button>
      </div>
    </li>
  )
}

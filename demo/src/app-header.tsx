import type { SyncStatus } from '../../src/index.ts'
import { useOutbox, useSyncStatus } from '../../src/react.ts'
import { isSample } from './address.ts'
import { APP } from './event-words.ts'
import { Icon } from './icon.tsx'
import { LanguageMenu } from './languages/language-menu.tsx'
import { useWords } from './languages/use-words.ts'
import type { Words } from './languages/words.ts'
import { listHref, type Route, type Which } from './route.ts'
import { store } from './store.ts'
import { useNow } from './use-now.ts'

export type Panel = 'outbox' | 'network'

function freshness({ text: { header }, times }: Words, now: number, status: SyncStatus): string {
  if (status.work === 'pulling') return header.looking
  return status.lastSyncedAt ? header.updated(times.ago(status.lastSyncedAt, now)) : ''
}

function Brand() {
  const words = useWords()
  const now = useNow(10_000)
  const said = useSyncStatus((status) => freshness(words, now, status))
  return (
    <div className="brand">
      <h1>{APP}</h1>
      <p className="meta">{said}</p>
    </div>
  )
}

function RefreshButton() {
  const { text } = useWords()
  const isBusy = useSyncStatus(({ work }) => work === 'pulling' || work === 'pushing')
  return (
    <button
      type="button"
      className="icon-button"
      aria-label={text.header.refresh}
      data-busy={isBusy || undefined}
      onClick={store.sync}
    >
      <Icon name="refresh" />
    </button>
  )
}

function OutboxButton({ onOpen }: { readonly onOpen: () => void }) {
  const { text, counted, number } = useWords()
  const entries = useOutbox() ?? []
  const openCount = entries.length
  const name = openCount === 0 ? text.header.outboxEmpty : counted(text.header.outbox, openCount)
  return (
    <button
      type="button"
      className="icon-button"
      data-testid="outbox-open"
      data-failed={entries.some(({ state }) => state === 'failed') || undefined}
      aria-label={name}
      aria-haspopup="dialog"
      onClick={onOpen}
    >
      <Icon name="outbox" />
      {openCount > 0 && <span className="badge" data-count={number(openCount)} />}
    </button>
  )
}

/** The top of every page: where one is, how fresh it is, the language, and the two drawers. */
export function AppHeader({
  route,
  back,
  onOpen,
}: {
  readonly route: Route
  /** The list that an event page leads back to. */
  readonly back: Which
  readonly onOpen: (panel: Panel) => void
}) {
  const { text } = useWords()
  return (
    <header className="top">
      <div className="top-row">
        {route.page === 'list' ? (
          <Brand />
        ) : (
          <div className="brand">
            <a className="back" href={listHref(back)}>
              <Icon name="back" />
              {back === 'all' ? text.list.all : text.answer[back]}
            </a>
          </div>
        )}
        <div className="tools">
          <LanguageMenu />
          <RefreshButton />
          <OutboxButton onOpen={() => onOpen('outbox')} />
          {isSample && (
            <button
              type="button"
              className="icon-button"
              data-testid="network-open"
              aria-label={text.panel.title}
              aria-haspopup="dialog"
              onClick={() => onOpen('network')}
            >
              <Icon name="network" />
            </button>
          )}
        </div>
      </div>
    </header>
  )
}

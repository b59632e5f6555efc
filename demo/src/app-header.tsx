import type { SyncStatus } from '../../src/index.ts'
import { isSample } from './address.ts'
import { APP } from './event-words.ts'
import { Icon } from './icon.tsx'
import { LanguageMenu } from './languages/language-menu.tsx'
import { useWords } from './languages/use-words.ts'
import type { Words } from './languages/words.ts'
import { listHref, type Route, type Which } from './route.ts'
import { useNow } from './use-now.ts'

export type Panel = 'outbox' | 'network'

function freshness({ text: { header }, times }: Words, status: SyncStatus | undefined, now: number): string {
  if (status?.work === 'pulling') return header.looking
  return status?.lastSyncedAt ? header.updated(times.ago(status.lastSyncedAt, now)) : ''
}

function Brand({ status }: { readonly status: SyncStatus | undefined }) {
  const words = useWords()
  const now = useNow(10_000)
  return (
    <div className="brand">
      <h1>{APP}</h1>
      <p className="meta">{freshness(words, status, now)}</p>
    </div>
  )
}

function OutboxButton({
  openCount,
  hasFailed,
  onOpen,
}: {
  readonly openCount: number
  readonly hasFailed: boolean
  readonly onOpen: () => void
}) {
  const { text, counted, number } = useWords()
  const name = openCount === 0 ? text.header.outboxEmpty : counted(text.header.outbox, openCount)
  return (
    <button
      type="button"
      className="icon-button"
      data-testid="outbox-open"
      data-failed={hasFailed || undefined}
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
  status,
  openCount,
  onRefresh,
  onOpen,
}: {
  readonly route: Route
  /** The list that an event page leads back to. */
  readonly back: Which
  readonly status: SyncStatus | undefined
  readonly openCount: number
  readonly onRefresh: () => void
  readonly onOpen: (panel: Panel) => void
}) {
  const { text } = useWords()
  const isBusy = status?.work === 'pulling' || status?.work === 'pushing'
  return (
    <header className="top">
      <div className="top-row">
        {route.page === 'list' ? (
          <Brand status={status} />
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
          <button
            type="button"
            className="icon-button"
            aria-label={text.header.refresh}
            data-busy={isBusy || undefined}
            onClick={onRefresh}
          >
            <Icon name="refresh" />
          </button>
          <OutboxButton
            openCount={openCount}
            hasFailed={(status?.failed ?? 0) > 0}
            onOpen={() => onOpen('outbox')}
          />
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

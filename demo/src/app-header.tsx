import type { SyncStatus } from '../../src/index.ts'
import { Icon } from './icon.tsx'
import { LIST_HREF, type Route } from './route.ts'
import { isSample } from './store.ts'
import { ago } from './time-words.ts'
import { useNow } from './use-now.ts'
import { APP, outboxName } from './words.ts'

export type Panel = 'outbox' | 'network'

function freshness(status: SyncStatus | undefined, now: number): string {
  if (status?.work === 'pulling') return 'Looking for news…'
  return status?.lastSyncedAt ? `Updated ${ago(status.lastSyncedAt, now)}` : ' '
}

/** The top of every page: where one is, how fresh it is, and the two drawers. */
export function AppHeader({
  route,
  status,
  openCount,
  onRefresh,
  onOpen,
}: {
  readonly route: Route
  readonly status: SyncStatus | undefined
  readonly openCount: number
  readonly onRefresh: () => void
  readonly onOpen: (panel: Panel) => void
}) {
  const now = useNow(10_000)
  const isBusy = status?.work === 'pulling' || status?.work === 'pushing'
  return (
    <header className="top">
      <div className="top-row">
        {route.page === 'list' ? (
          <div className="brand">
            <h1>{APP}</h1>
            <p className="meta">{freshness(status, now)}</p>
          </div>
        ) : (
          <div className="brand">
            <a className="back" href={LIST_HREF}>
              <Icon name="back" />
              All events
            </a>
          </div>
        )}
        <button
          type="button"
          className="icon-button"
          aria-label="Refresh"
          data-busy={isBusy || undefined}
          onClick={onRefresh}
        >
          <Icon name="refresh" />
        </button>
        <button
          type="button"
          className="icon-button"
          data-testid="outbox-open"
          data-failed={(status?.failed ?? 0) > 0 || undefined}
          aria-label={outboxName(openCount)}
          aria-haspopup="dialog"
          onClick={() => onOpen('outbox')}
        >
          <Icon name="outbox" />
          {openCount > 0 && <span className="badge">{openCount}</span>}
        </button>
        {isSample && (
          <button
            type="button"
            className="icon-button"
            data-testid="network-open"
            aria-label="Network"
            aria-haspopup="dialog"
            onClick={() => onOpen('network')}
          >
            <Icon name="network" />
          </button>
        )}
      </div>
    </header>
  )
}

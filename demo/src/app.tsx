import { useCallback, useLayoutEffect, useState } from 'react'
import { AnswerBar } from './answer-bar.tsx'
import { AppHeader, type Panel } from './app-header.tsx'
import { EventList, leaveListFor } from './event-list.tsx'
import { EventPage } from './event-page.tsx'
import { NetworkPanel } from './network-panel.tsx'
import { OfflineBanner } from './offline-banner.tsx'
import { OutboxDrawer } from './outbox-drawer.tsx'
import { useRoute } from './route.ts'
import { store } from './store.ts'
import { UpdateBanner } from './update-banner.tsx'
import { useObservable } from './use-observable.ts'

/** From this morning on: what began an hour ago is still worth knowing. */
const UPCOMING = { from: new Date().setHours(0, 0, 0, 0), limit: 100 }
const upcoming$ = store.events$(UPCOMING)
const loadMore = () => upcoming$.loadMore().catch(() => undefined) // the banner says why
const NONE = [] as const

export function App() {
  const route = useRoute()
  const events = useObservable(upcoming$, undefined)
  const entries = useObservable(store.outbox$, NONE)
  const status = useObservable(store.status$, undefined)
  const [panel, setPanel] = useState<Panel>()
  const close = useCallback(() => setPanel(undefined), [])
  const eventId = route.page === 'event' ? route.eventId : undefined

  useLayoutEffect(() => {
    if (eventId === undefined) return
    scrollTo(0, 0)
    return () => leaveListFor(eventId)
  }, [eventId])

  return (
    <div className="app" data-page={route.page} data-beside={panel === 'network' || undefined}>
      <AppHeader
        route={route}
        status={status}
        openCount={entries.length}
        onRefresh={store.sync}
        onOpen={setPanel}
      />
      <main>
        {eventId === undefined ? (
          <EventList events={events} status={status} onMore={loadMore} />
        ) : (
          <EventPage key={eventId} eventId={eventId} />
        )}
      </main>
      <div className="dock">
        <UpdateBanner />
        <OfflineBanner status={status} />
        {eventId !== undefined && (
          <AnswerBar key={eventId} eventId={eventId} entries={entries} status={status} />
        )}
      </div>
      {panel === 'outbox' && <OutboxDrawer entries={entries} status={status} onClose={close} />}
      {panel === 'network' && <NetworkPanel eventId={eventId} onClose={close} />}
    </div>
  )
}

import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { AnswerBar } from './answer-bar.tsx'
import { AppHeader, type Panel } from './app-header.tsx'
import { EventList, leaveListFor } from './event-list.tsx'
import { EventPage } from './event-page.tsx'
import { NetworkPanel } from './network-panel.tsx'
import { OfflineBanner } from './offline-banner.tsx'
import { OutboxDrawer } from './outbox-drawer.tsx'
import { useRoute, type Which } from './route.ts'
import { store } from './store.ts'
import { UPCOMING_BY_WHICH } from './upcoming.ts'
import { UpdateBanner } from './update-banner.tsx'
import { useObservable } from './use-observable.ts'
import { WhichEvents } from './which-events.tsx'

const NONE = [] as const

export function App() {
  const route = useRoute()
  const lastWhich = useRef<Which>('all')
  const which = route.page === 'list' ? route.which : lastWhich.current
  useLayoutEffect(() => {
    lastWhich.current = which
  }, [which])
  const upcoming$ = UPCOMING_BY_WHICH[which]
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
        back={which}
        status={status}
        openCount={entries.length}
        onRefresh={store.sync}
        onOpen={setPanel}
      />
      <main>
        {eventId === undefined ? (
          <>
            <WhichEvents which={which} />
            <EventList
              key={which}
              which={which}
              events={events}
              status={status}
              onMore={upcoming$.loadMore}
            />
          </>
        ) : (
          <EventPage key={eventId} eventId={eventId} back={which} />
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

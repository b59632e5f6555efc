import { useCallback, useLayoutEffect, useRef, useState } from 'react'
import { RsvpStoreProvider, useEvents } from '../../src/react.ts'
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
import { WhichEvents } from './which-events.tsx'

export function App() {
  return (
    <RsvpStoreProvider store={store}>
      <Pages />
    </RsvpStoreProvider>
  )
}

function Pages() {
  const route = useRoute()
  const lastWhich = useRef<Which>('all')
  const which = route.page === 'list' ? route.which : lastWhich.current
  useLayoutEffect(() => {
    lastWhich.current = which
  }, [which])
  // Here, not in the list: who comes back to it finds it as it was.
  const { events, loadMore } = useEvents(UPCOMING_BY_WHICH[which])
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
      <AppHeader route={route} back={which} onOpen={setPanel} />
      <main>
        {eventId === undefined ? (
          <>
            <WhichEvents which={which} />
            <EventList key={which} which={which} events={events} onMore={loadMore} />
          </>
        ) : (
          <EventPage key={eventId} eventId={eventId} back={which} />
        )}
      </main>
      <div className="dock">
        <UpdateBanner />
        <OfflineBanner />
        {eventId !== undefined && <AnswerBar key={eventId} eventId={eventId} />}
      </div>
      {panel === 'outbox' && <OutboxDrawer onClose={close} />}
      {panel === 'network' && <NetworkPanel eventId={eventId} onClose={close} />}
    </div>
  )
}

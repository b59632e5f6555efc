import { createRoot } from 'react-dom/client'
import { RsvpStoreProvider } from '../../../src/react.ts'
import { present } from '../page.ts'
import { EventCard } from './event-card.tsx'

/** A draw is what React calls a render: it calls the component. */
await present((place, { store, eventId, drawn }) => {
  const CountedCard: typeof EventCard = (props) => {
    drawn()
    return EventCard(props)
  }
  const root = createRoot(place)
  const show = (eventId: string) =>
    root.render(
      <RsvpStoreProvider store={store}>
        <CountedCard eventId={eventId} />
      </RsvpStoreProvider>,
    )
  show(eventId)
  return { show, remove: () => root.unmount() }
})

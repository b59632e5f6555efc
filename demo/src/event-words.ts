import type { EventView } from '../../src/index.ts'
import type { Catalogue } from './languages/catalogue.ts'

export const APP = 'Gatherings'

export const titleOf = ({ event }: Catalogue, { title }: EventView): string => title ?? event.untitled

export const placeOf = ({ event: { online, noPlace } }: Catalogue, { type, location }: EventView): string =>
  type === 'virtual' ? online : location || noPlace

/** Why the answers are closed or nearly so. */
export function shutWords({ shut }: Catalogue, event: EventView): string | undefined {
  const { rsvpWindow, status, isDeleted } = event
  if (rsvpWindow === 'open') return undefined
  if (rsvpWindow === 'closing') return shut.closing
  if (isDeleted || status === 'cancelled') return shut.cancelled
  return status === 'ended' ? shut.ended : shut.started
}

/** The label on a picture; nothing for an event that is simply to come. */
export function badgeWords({ badge }: Catalogue, event: EventView): string | undefined {
  const { rsvpWindow, status, isDeleted } = event
  if (isDeleted || status === 'cancelled') return badge.cancelled
  if (status === 'ended') return badge.ended
  if (rsvpWindow === 'closed') return badge.live
  return rsvpWindow === 'closing' ? badge.soon : undefined
}

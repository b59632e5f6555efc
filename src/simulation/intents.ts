import type { OutboxEntry, OutboxRow } from '../model/outbox-entry.ts'
import type { Facts, Watch } from './facts.ts'
import type { TapMade } from './happening.ts'
import type { Change, Commit } from './ledger.ts'

/** What a user last meant about an event, as far as it was stored. */
export interface Intent {
  readonly answerId: string | undefined
  readonly status: string
  /** Its place among this user's answers to this event. */
  readonly place: number
  /** Commits there were when it was stored. */
  readonly commit: number
  /** Its entry has left the outbox, or none was needed. */
  left: boolean
}

export interface Intents extends Watch {
  newest(user: string, eventId: string): Intent | undefined
  byAnswer(user: string, eventId: string, answerId: string): Intent | undefined
  /** Taps and discards that this tab is still at. */
  openTaps(tab: number, eventId: string): readonly TapMade[]
  isDiscarding(tab: number, eventId: string): boolean
}

/** Follows what the user meant, answer by answer, from the taps and from what was stored. */
export function createIntents({ ledger }: Facts): Intents {
  const byEvent = new Map<string, Intent[]>()
  const newestByEvent = new Map<string, Intent | undefined>()
  const taps: TapMade[] = []
  const discarding: string[] = []
  /** How many commits there were when a user's database was last deleted. */
  const droppedAt = new Map<string, number>()
  const keyOf = (user: string, eventId: string) => `${user} ${eventId}`

  function add(user: string, eventId: string, status: string, answerId?: string): void {
    const key = keyOf(user, eventId)
    const all = byEvent.get(key) ?? []
    const intent = {
      answerId,
      status,
      place: all.length,
      commit: ledger.commits(),
      left: answerId === undefined,
    }
    byEvent.set(key, [...all, intent])
    newestByEvent.set(key, intent)
  }

  function stored({ user, tab, isDrop, before, changes }: Commit, { key: eventId, value }: Change): void {
    const was = before('outbox', eventId) as OutboxEntry | undefined
    const is = value as OutboxEntry | undefined
    const key = keyOf(user, eventId)
    if (is && is.answerId !== was?.answerId) add(user, eventId, is.status, is.answerId)
    if (is || !was) return
    const intent = newestByEvent.get(key)
    if (intent) intent.left = true
    if (isDrop || isDiscarding(tab, eventId)) newestByEvent.set(key, undefined)
    if (isDrop) return // a tap that is still open then will be refused
    // A tap that is still open has not done this.
    if (changes.some(({ table, key, value }) => table === 'watched' && key === eventId && isDiscarded(value)))
      return
    // Back to what the server has: meant, and nothing to send.
    const [back] = openTaps(tab, eventId).slice(-1)
    const known = ledger.disk(user).mirror('responses').get(`${eventId},${user}`)?.row.status
    if (back && back.status !== was.status && back.status === known) add(user, eventId, back.status)
  }

  const openTaps = (tab: number, eventId: string) =>
    taps.filter((tap) => tap.tab === tab && tap.eventId === eventId && tap.state === 'open')
  const isDiscarding = (tab: number, eventId: string) => discarding.includes(`${tab} ${eventId}`)

  return {
    newest: (user, eventId) => newestByEvent.get(keyOf(user, eventId)),
    byAnswer: (user, eventId, answerId) =>
      byEvent.get(keyOf(user, eventId))?.find((intent) => intent.answerId === answerId),
    openTaps,
    isDiscarding,
    hear(happening) {
      switch (happening.kind) {
        case 'tapped':
          taps.push(happening.tap)
          return
        case 'tap-kept': {
          const { user, eventId, status, since } = happening.tap
          const newest = newestByEvent.get(keyOf(user, eventId))
          const isDropped = (droppedAt.get(user) ?? -1) >= since
          const isKnown =
            isDropped ||
            ledger.disk(user).outbox.has(eventId) ||
            // Also one that another tab has discarded before this one heard that it was stored.
            byEvent.get(keyOf(user, eventId))?.some(({ commit }) => commit > since)
          if (!isKnown && newest?.status !== status) add(user, eventId, status)
          return
        }
        case 'discarding':
          discarding.push(`${happening.tab} ${happening.eventId}`)
          return
        case 'discarded': {
          const place = discarding.indexOf(`${happening.tab} ${happening.eventId}`)
          if (place >= 0) discarding.splice(place, 1)
          return
        }
        case 'commit':
          if (happening.commit.isDrop) droppedAt.set(happening.commit.user, ledger.commits())
          for (const change of happening.commit.changes)
            if (change.table === 'outbox') stored(happening.commit, change)
      }
    },
  }
}

const isDiscarded = (row: unknown) => (row as OutboxRow | undefined)?.isDiscarded === true

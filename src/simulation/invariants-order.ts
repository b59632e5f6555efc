import type { OutboxRow } from '../model/outbox-entry.ts'
import type { Facts, Invariant } from './facts.ts'
import type { SentRequest } from './happening.ts'
import { createIntents, type Intent } from './intents.ts'

/** P3: the newest intent wins on the server. */

const isAnswer = ({ status, eventId }: SentRequest) => status !== undefined && eventId !== undefined
const isReadBack = ({ status, eventId }: SentRequest) => status === undefined && eventId !== undefined

export const oneAtATime: Invariant = {
  name: 'P3 one at a time',
  watch(facts, fail) {
    return {
      hear(happening) {
        if (happening.kind !== 'sent' || !isAnswer(happening.request)) return
        const { request } = happening
        const other = facts.network
          .underWay()
          .find(
            (one) =>
              one !== request &&
              isAnswer(one) &&
              !one.disturbed &&
              one.user === request.user &&
              one.eventId === request.eventId &&
              facts.tabs.some(
                (tab) => tab.number === one.tab && tab.life !== 'gone' && tab.gate.state() === 'open',
              ),
          )
        if (other)
          fail(
            `${request.status} for ${request.eventId} was sent by tab ${request.tab} while tab ${other.tab} still waited for the outcome of ${other.status}`,
          )
      },
    }
  },
}

export const order: Invariant = {
  name: 'P3 order',
  watch(facts, fail) {
    const intents = createIntents(facts)
    const sent = new Map<string, number>()
    return {
      hear(happening) {
        intents.hear?.(happening)
        if (happening.kind !== 'sent' || !isAnswer(happening.request)) return
        const { user, eventId = '', status } = happening.request
        const { lease } = facts.ledger.disk(user).outbox.get(eventId) ?? {}
        const newest = intents.newest(user, eventId)
        const meant = (lease && intents.byAnswer(user, eventId, lease.answerId)) ?? newest
        if (!meant) return
        const key = `${user} ${eventId}`
        const latest = sent.get(key) ?? -1
        sent.set(key, Math.max(latest, meant.place))
        if (meant.place < latest || (meant.status !== status && newest?.status !== status))
          fail(`${status} for ${eventId} was sent, though a newer answer had been sent already`)
      },
    }
  },
}

export const discarded: Invariant = {
  name: 'P3 discarded',
  watch({ ledger }, fail) {
    const told = new Set<string>()
    return {
      hear(happening) {
        if (happening.kind === 'discarded') told.add(`${happening.tab} ${happening.eventId}`)
        if (happening.kind !== 'sent' || !isAnswer(happening.request)) return
        const { tab, user, eventId = '', status } = happening.request
        const { isDiscarded } = ledger.disk(user).rows<OutboxRow>('watched').get(eventId) ?? {}
        if (isDiscarded && told.has(`${tab} ${eventId}`))
          fail(`${status} for ${eventId} was sent, though tab ${tab} had discarded it`)
      },
    }
  },
}

interface Applied {
  readonly by: 'me' | 'tab'
  readonly status: string
  readonly late: boolean
  readonly place: number
}

/** What the server made of a user's answers, in order. */
function createApplied() {
  const byEvent = new Map<string, Applied[]>()
  let places = 0
  const add = (user: string, eventId: string, applied: Omit<Applied, 'place'>) => {
    places += 1
    const key = `${user} ${eventId}`
    byEvent.set(key, [...(byEvent.get(key) ?? []), { ...applied, place: places }])
  }
  return {
    of: (user: string, eventId: string): readonly Applied[] => byEvent.get(`${user} ${eventId}`) ?? [],
    add,
    places: () => places,
  }
}

/** Where the newest intent did not win in the end, and whether a late request is to blame. */
function watchTheEnd(facts: Facts, fail: (what: string) => void, blamesLate: boolean) {
  const intents = createIntents(facts)
  const applied = createApplied()
  /** How much the server had applied when an intent's entry left the outbox. */
  const leftAt = new Map<string, number>()
  /** How much it had applied when a read first found an intent there: that one is not sent again. */
  const foundAt = new Map<Intent, number>()
  const sent: SentRequest[] = []
  const cameLate = new Set<SentRequest>()
  /** Takes no answer any more, so that what came late to it stands. */
  const deleted = new Set<string>()
  /** How much the server had applied when a user had everything discarded: nobody looks at that any more. */
  const droppedAt = new Map<string, number>()
  /** Sent before a log-out that deleted everything: nobody is left to watch for them. */
  const forgotten = new Set<SentRequest>()
  return {
    hear(happening: Parameters<NonNullable<ReturnType<typeof createIntents>['hear']>>[0]) {
      intents.hear?.(happening)
      if (happening.kind === 'moved' && happening.by === 'me')
        applied.add(happening.user, happening.eventId, { by: 'me', status: happening.what, late: false })
      if (happening.kind === 'moved' && happening.what === 'delete') deleted.add(happening.eventId)
      if (happening.kind === 'sent') sent.push(happening.request)
      if (happening.kind === 'landed' && isAnswer(happening.request) && happening.httpStatus < 300) {
        const { user, eventId = '', status = '', outcome } = happening.request
        // A second copy of what was acknowledged, or came late already, is nobody's to expect: like another device.
        const isCopy = outcome === '200' || cameLate.has(happening.request)
        const isStrange =
          happening.late &&
          (isCopy || forgotten.has(happening.request) || isOutlived(facts, happening.request))
        if (happening.late) cameLate.add(happening.request)
        const by = isStrange ? 'me' : 'tab'
        applied.add(user, eventId, { by, status, late: happening.late })
      }
      if (happening.kind === 'landed' && isReadBack(happening.request)) {
        const { user, eventId = '' } = happening.request
        const newest = intents.newest(user, eventId)
        const isFound = newest && facts.server.truth(user).get(eventId) === newest.status
        if (isFound && !foundAt.has(newest)) foundAt.set(newest, applied.places())
      }
      if (happening.kind === 'commit') {
        const { user, changes, before, isDrop } = happening.commit
        if (isDrop) droppedAt.set(user, applied.places())
        if (isDrop) for (const request of sent) if (request.user === user) forgotten.add(request)
        for (const { table, key, value } of changes)
          if (table === 'outbox' && !value && before(table, key))
            leftAt.set(`${user} ${key}`, applied.places())
      }
    },
    end() {
      for (const user of new Set(facts.tabs.map((tab) => tab.user))) {
        const truth = facts.server.truth(user)
        const { outbox } = facts.ledger.disk(user)
        for (const eventId of facts.server.events) {
          const newest = intents.newest(user, eventId)
          if (!newest || truth.get(eventId) === newest.status || outbox.has(eventId)) continue
          const all = applied.of(user, eventId)
          const first = all.find(({ by, status }) => by === 'tab' && status === newest.status)
          const since = Math.min(
            first?.place ?? Number.POSITIVE_INFINITY,
            leftAt.get(`${user} ${eventId}`) ?? 0,
            foundAt.get(newest) ?? Number.POSITIVE_INFINITY,
          )
          // Another device spoke later, or at the same time: its word may stand.
          if (all.some(({ by, place }) => by === 'me' && (place > since || !newest.answerId))) continue
          const { late: isLate = false, place = 0 } = all.at(-1) ?? {}
          if (isLate && (deleted.has(eventId) || place <= (droppedAt.get(user) ?? 0))) continue
          if (isLate === blamesLate)
            fail(
              `${user} last meant ${newest.status} for ${eventId}, the server has ${truth.get(eventId) ?? 'nothing'}`,
            )
        }
      }
    },
  }
}

/** The clock was set since it was sent, and no tab is left that knows how long that really is. */
const isOutlived = ({ tabs, jumpedAt }: Facts, { user, at }: SentRequest): boolean =>
  at <= jumpedAt() &&
  !tabs.some((tab) => tab.user === user && tab.life !== 'gone' && tab.openedAt <= jumpedAt())

export const newestIntent: Invariant = {
  name: 'P3 newest intent',
  watch: (facts, fail) => watchTheEnd(facts, fail, false),
}

export const lateRequests: Invariant = {
  name: 'P3 late requests',
  watch: (facts, fail) => watchTheEnd(facts, fail, true),
}

import { MAX_WAIT_MS } from '../model/moment.ts'
import type { OutboxEntry } from '../model/outbox-entry.ts'
import { eventOf, type KeptEvent } from '../storage/database.ts'
import { awake, type Facts, type Invariant, isAsleep } from './facts.ts'
import type { Tab } from './tab.ts'

/** P11, P6 and P4: what can go, goes; what can come, comes. */

/** How long something due may lie: the engine looks again every half minute. */
const STALL_MS = 60_000

/** A deletion waits for every connection, and every opening for the deletion: also while a tab sleeps. It is told. */
const isHeldUp = ({ tabs }: Facts, { seen, user }: Tab): boolean =>
  seen.status?.storage === 'unavailable' && tabs.some((tab) => tab.user === user && isAsleep(tab))

export const noStall: Invariant = {
  name: 'P11 no silent stall',
  watch(facts, fail) {
    /** In true time, when each wait ends that was chosen: a clock that is set on makes none of them shorter. */
    const waitEnds = new Map<string, number>()
    return {
      hear(happening) {
        if (happening.kind !== 'commit') return
        const { user, changes } = happening.commit
        for (const { table, key, value } of changes)
          if (table === 'outbox' && value) {
            const wait = (value as OutboxEntry).notBefore - facts.timeline.device()
            waitEnds.set(`${user} ${key}`, facts.timeline.now() + wait)
          }
      },
      calm() {
        const now = facts.timeline.device()
        const sinceMs = (moment: number) => facts.timeline.now() - moment
        if (sinceMs(facts.disturbedAt()) < STALL_MS || !facts.network.isUp()) return
        for (const tab of awake(facts)) {
          if (facts.untold(tab)) continue
          const { outbox, pause } = facts.ledger.disk(tab.user)
          // No fault of the disk lasts: a minute later it is no excuse, whatever the tab says of it.
          if (sinceMs(tab.faultAt) < STALL_MS) continue
          if (isHeldUp(facts, tab)) continue
          if (!tab.connectivity.online() || (pause && pause.until > now - STALL_MS)) continue
          for (const { state, notBefore, lease, eventId } of outbox.values()) {
            const due = Math.max(notBefore, lease?.until ?? 0)
            const isWaiting = sinceMs(waitEnds.get(`${tab.user} ${eventId}`) ?? 0) < STALL_MS
            const isUnderWay = facts.network
              .underWay()
              .some((one) => one.user === tab.user && one.eventId === eventId)
            if (
              state !== 'failed' &&
              !isUnderWay &&
              !isWaiting &&
              due < now - STALL_MS &&
              due < now + MAX_WAIT_MS
            )
              return fail(
                `${eventId} is due for ${now - due} ms, tab ${tab.number} is online, and nothing moves`,
              )
          }
        }
      },
    }
  },
}

export const restGoesOn: Invariant = {
  name: 'P6 the rest goes on',
  watch(facts, fail) {
    return {
      end() {
        for (const user of new Set(facts.tabs.map((tab) => tab.user))) {
          for (const { eventId, state, status } of facts.ledger.disk(user).outbox.values())
            if (state !== 'failed')
              fail(`all is well again, and ${user}'s ${status} for ${eventId} still waits (${state})`)
        }
      },
    }
  },
}

export const freshInTheEnd: Invariant = {
  name: 'P4 fresh in the end',
  watch(facts, fail) {
    /** Lists name no more what is over; who did not know it then may never. */
    const over = new Set<string>()

    function look({ number, user }: Tab, eventId: string): void {
      const { mirror } = facts.ledger.disk(user)
      const event = mirror('events').get(eventId) as KeptEvent | undefined
      if (!event && !over.has(eventId)) fail(`tab ${number} shows ${eventId}, and nobody has pulled it`)
      // Of an event that is gone the server says nothing more.
      if (!event || eventOf(event).isDeleted) return
      const known = mirror('responses').get(`${eventId},${user}`)?.row.status ?? 'nothing'
      const is = facts.server.truth(user).get(eventId) ?? 'nothing'
      if (known !== is)
        fail(`tab ${number} has long been shown ${known} for ${eventId}; the server has ${is}`)
    }

    return {
      hear(happening) {
        if (happening.kind === 'moved' && happening.by === 'organiser') over.add(happening.eventId)
      },
      end() {
        for (const tab of awake(facts))
          if (tab.isFresh && tab.seen.status?.storage === 'ready')
            for (const eventId of tab.shows) look(tab, eventId)
      },
    }
  },
}

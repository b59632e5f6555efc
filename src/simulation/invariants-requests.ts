import { credible, MAX_WAIT_MS, type OutboxEntry } from '../model/outbox-entry.ts'
import type { Invariant } from './facts.ts'
import { PACE } from './tab.ts'

/** P7, P8 and P9: what may be sent, by whom, and how often. */

const LEASE_MS = 30_000

export const ownToken: Invariant = {
  name: 'P7 own token',
  watch: ({ tokens }, fail) => ({
    hear(happening) {
      if (happening.kind !== 'sent') return
      const { token, user, tab, path } = happening.request
      const owner = tokens.get(token)
      if (owner !== user) fail(`tab ${tab} of ${user} sent ${path} with a token of ${owner ?? 'nobody'}`)
    },
  }),
}

export const noTokenAtRest: Invariant = {
  name: 'P7 no token at rest',
  watch({ tokens }, fail) {
    const look = (text: string, where: string) => {
      for (const token of tokens.keys()) if (text.includes(token)) fail(`a token stands in ${where}`)
    }
    return {
      hear(happening) {
        if (happening.kind === 'rejected') look(happening.message, `an error of ${happening.verb}`)
        if (happening.kind === 'status-shown') look(JSON.stringify(happening.status), 'status$')
        if (happening.kind !== 'commit') return
        for (const { table, key, value } of happening.commit.changes)
          if (table === 'outbox' || table === 'meta')
            look(JSON.stringify(value ?? null), `the row ${table} ${key}`)
      },
    }
  },
}

export const pace: Invariant = {
  name: 'P8 pace',
  watch(facts, fail) {
    const sentByTab = new Map<number, number[]>()
    return {
      hear(happening) {
        if (happening.kind !== 'sent') return
        const { tab, at } = happening.request
        const recent = (sentByTab.get(tab) ?? []).filter((moment) => moment > at - PACE.perMs)
        sentByTab.set(tab, [...recent, at])
        if (recent.length >= PACE.requests && at - facts.jumpedAt() > PACE.perMs)
          fail(`tab ${tab} sent ${recent.length + 1} requests within ${PACE.perMs} ms`)
      },
    }
  },
}

const MINUTE_MS = 60_000
const MOST_PER_MINUTE = 40

export const noHotLoop: Invariant = {
  name: 'P8 no hot loop',
  watch(_, fail) {
    const sentByEvent = new Map<string, number[]>()
    return {
      hear(happening) {
        if (happening.kind !== 'sent' || !happening.request.eventId) return
        const { user, eventId, at } = happening.request
        const key = `${user} ${eventId}`
        const recent = (sentByEvent.get(key) ?? []).filter((moment) => moment > at - MINUTE_MS)
        sentByEvent.set(key, [...recent, at])
        if (recent.length >= MOST_PER_MINUTE)
          fail(`${recent.length + 1} requests for ${eventId} within a minute`)
      },
    }
  },
}

export const floorHeld: Invariant = {
  name: 'P8 floor',
  watch(facts, fail) {
    const pauses = new Map<string, number>()
    return {
      hear(happening) {
        if (happening.kind !== 'commit') return
        const { user, tab, changes, before } = happening.commit
        const now = facts.timeline.device()
        // Nobody told this tab of the pause.
        const isUntold = facts.tabs.some((one) => one.number === tab && facts.untold(one))
        for (const { table, key, value } of changes) {
          const [was, is] = [before(table, key), value] as (OutboxEntry | undefined)[]
          if (table !== 'outbox' || !was || !is?.lease || was.lease?.id === is.lease.id) continue
          // Beyond what can be believed the clock was set back, and the wait is over.
          const due = Math.max(was.notBefore, was.lease?.until ?? 0)
          if (due <= now + MAX_WAIT_MS && credible(was.floor, now) > now)
            fail(`${key} was taken for sending ${was.floor - now} ms before the server's wait was over`)
          // It was there when all was calm, and nobody has lifted it since.
          const until = Math.min(pauses.get(user) ?? 0, facts.ledger.disk(user).pause?.until ?? 0)
          if (!isUntold && credible(until, now) > now)
            fail(`${key} was taken for sending ${until - now} ms before the pause was over`)
        }
      },
      calm() {
        for (const { user } of facts.tabs) pauses.set(user, facts.ledger.disk(user).pause?.until ?? 0)
      },
    }
  },
}

export const shortLease: Invariant = {
  name: 'P9 short lease',
  watch: (facts, fail) => ({
    hear(happening) {
      if (happening.kind !== 'commit') return
      for (const { table, key, value } of happening.commit.changes) {
        const is = value as OutboxEntry | undefined
        const was = happening.commit.before(table, key) as OutboxEntry | undefined
        if (table !== 'outbox' || was?.lease?.id === is?.lease?.id) continue
        if (is?.lease && is.lease.until > facts.timeline.device() + LEASE_MS)
          fail(`${key} is taken for longer than ${LEASE_MS} ms`)
      }
    },
  }),
}

import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { Facts, Invariant } from './facts.ts'
import type { Commit } from './ledger.ts'
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

/** A wait that was asked for, by true time. */
interface Wait {
  readonly until: number
  readonly since: number
}

/** What was on disk of an answer, open or watched. */
const rowBefore = ({ before }: Commit, key: string) =>
  (before('outbox', key) ?? before('watched', key)) as OutboxEntry | undefined

/** Moments are sums of fractions. */
const ROUNDING_MS = 1

export const floorHeld: Invariant = {
  name: 'P8 floor',
  watch(facts, fail) {
    const floors = new Map<string, Wait>()
    const pauses = new Map<string, Wait & { readonly stored: number }>()
    const wait = (deviceMoment: number): Wait => {
      const since = facts.timeline.now()
      return { since, until: since + deviceMoment - facts.timeline.device() }
    }
    /** How much too early this is; a clock that has jumped excuses it. */
    const earlyMs = (one: Wait | undefined) =>
      one && facts.jumpedAt() < one.since ? one.until - facts.timeline.now() : 0

    return {
      hear(happening) {
        if (happening.kind !== 'commit') return
        const { user, tab, changes } = happening.commit
        // Nobody told this tab of the pause.
        const isUntold = facts.tabs.some((one) => one.number === tab && facts.untold(one))
        for (const { table, key, value } of changes) {
          if (table !== 'outbox') continue
          const was = rowBefore(happening.commit, key)
          const is = value as OutboxEntry | undefined
          if (is && is.floor !== was?.floor) floors.set(`${user} ${key}`, wait(is.floor))
          if (!is?.lease || was?.lease?.id === is.lease.id) continue
          const floorMs = earlyMs(floors.get(`${user} ${key}`))
          const pauseMs = facts.ledger.disk(user).pause && !isUntold ? earlyMs(pauses.get(user)) : 0
          if (floorMs > ROUNDING_MS)
            fail(`${key} was taken for sending ${floorMs} ms before the server's wait was over`)
          if (pauseMs > ROUNDING_MS)
            fail(`${key} was taken for sending ${pauseMs} ms before the pause was over`)
        }
      },
      calm() {
        for (const { user } of facts.tabs) {
          const { pause } = facts.ledger.disk(user)
          if (!pause) pauses.delete(user)
          else if (pauses.get(user)?.stored !== pause.until)
            pauses.set(user, { ...wait(pause.until), stored: pause.until })
        }
      },
    }
  },
}

/** How long a transaction may take. */
const PATIENCE_MS = 5_000

/** The clock was set between the beginning of a transaction and its end, perhaps while its tab slept. */
const hasJumped = ({ timeline, jumpedAt, tabs }: Facts, { tab }: Commit): boolean =>
  timeline.now() - jumpedAt() <= PATIENCE_MS ||
  tabs.some(
    ({ number, resumedAt }) =>
      number === tab && jumpedAt() <= resumedAt && timeline.now() - resumedAt <= PATIENCE_MS,
  )

export const shortLease: Invariant = {
  name: 'P9 short lease',
  watch: (facts, fail) => ({
    hear(happening) {
      if (happening.kind !== 'commit') return
      for (const { table, key, value } of happening.commit.changes) {
        const is = value as OutboxEntry | undefined
        const was = rowBefore(happening.commit, key)
        if (table !== 'outbox' || was?.lease?.id === is?.lease?.id) continue
        if (
          is?.lease &&
          !hasJumped(facts, happening.commit) &&
          is.lease.until > facts.timeline.device() + LEASE_MS
        )
          fail(`${key} is taken for longer than ${LEASE_MS} ms`)
      }
    },
  }),
}

import type { OutboxEntry } from '../model/outbox-entry.ts'
import type { Facts, Invariant } from './facts.ts'
import type { TapMade } from './happening.ts'
import { createIntents, type Intents } from './intents.ts'
import type { Commit } from './ledger.ts'

/** P1 and P2: an answer that was acknowledged is kept, and leaves the outbox in four ways only. */

export const durable: Invariant = {
  name: 'P1 durable',
  watch(facts, fail) {
    const storedBy = new Map<string, number>()
    const leftAt = new Map<string, number>()
    return {
      hear(happening) {
        if (happening.kind === 'commit') {
          const { commit } = happening
          for (const { table, key, value } of commit.changes) {
            if (table !== 'outbox') continue
            const at = `${commit.user} ${key}`
            const was = commit.before('outbox', key) as OutboxEntry | undefined
            const is = value as OutboxEntry | undefined
            if (is && is.answerId !== was?.answerId) storedBy.set(at, commit.number)
            if (!is) leftAt.set(at, commit.number)
          }
        }
        if (happening.kind !== 'tap-kept') return
        const { user, eventId, status, since } = happening.tap
        const disk = facts.ledger.disk(user)
        const at = `${user} ${eventId}`
        const isStored = disk.outbox.get(eventId)?.status === status || (storedBy.get(at) ?? 0) > since
        const isKnown = disk.mirror('responses').get(`${eventId},${user}`)?.row.status === status
        if (!isStored && !isKnown && (leftAt.get(at) ?? 0) <= since)
          fail(`${status} for ${eventId} was acknowledged, but nothing of it is on disk`)
      },
    }
  },
}

/** What is written beside its transaction is not undone with it. The store opens none for a single table but `meta`. */
export const together: Invariant = {
  name: 'P1 in one transaction',
  watch: (_, fail) => ({
    hear(happening) {
      if (happening.kind !== 'commit' || happening.commit.scope !== 1) return
      const { tab, changes } = happening.commit
      const beside = changes.find(({ table }) => table !== 'meta')
      if (beside) fail(`tab ${tab} wrote ${beside.table} ${beside.key} beside its transaction`)
    },
  }),
}

export const refusedTap: Invariant = {
  name: 'P1 rejected means nothing stored',
  watch(facts, fail) {
    const stored: {
      readonly tab: number
      readonly eventId: string
      readonly status: string
      readonly commit: number
    }[] = []
    const taps: TapMade[] = []
    return {
      hear(happening) {
        if (happening.kind === 'tapped') taps.push(happening.tap)
        if (happening.kind === 'commit') {
          const { tab, number, changes, before } = happening.commit
          for (const { table, key, value } of changes) {
            const is = value as OutboxEntry | undefined
            const was = (before('outbox', key) ?? before('watched', key)) as OutboxEntry | undefined
            if (table !== 'outbox' || !is || is.answerId === was?.answerId) continue
            const { status } = is
            stored.push({ tab, eventId: key, status, commit: number })
            const those = taps.filter(
              (tap) => tap.tab === tab && tap.eventId === key && tap.status === status,
            )
            if (
              those.some(({ state }) => state === 'refused') &&
              !those.some(({ state }) => state === 'open')
            )
              fail(`${status} for ${key} was refused, and stored after that`)
          }
        }
        if (happening.kind !== 'tap-refused' && happening.kind !== 'tap-kept') return
        const { tab, eventId, status, since } = happening.tap
        const place = stored.findIndex(
          (one) => one.tab === tab && one.eventId === eventId && one.status === status && one.commit > since,
        )
        if (place < 0) return
        // A tab that slept between the commit and the word of it cannot know.
        const hasSlept = facts.tabs.some((one) => one.number === tab && one.resumedAt >= happening.tap.at)
        if (happening.kind === 'tap-kept') stored.splice(place, 1)
        else if (!hasSlept) fail(`${status} for ${eventId} was refused, but it is on disk`)
      },
    }
  },
}

export const kept: Invariant = {
  name: 'P2 kept',
  watch(facts, fail) {
    const intents = createIntents(facts)
    /** What each tab has heard the server say since somebody last sent an answer. */
    const heard = new Map<string, Set<string>>()
    /** Tabs whose user wants everything gone. */
    const dropping = new Set<number>()
    return {
      hear(happening) {
        if (happening.kind === 'heard') {
          const { tab, eventId, status } = happening
          const key = `${tab} ${eventId}`
          heard.set(key, (heard.get(key) ?? new Set<string>()).add(status))
        }
        if (happening.kind === 'sent' && happening.request.status !== undefined) {
          const { user, eventId } = happening.request
          for (const tab of facts.tabs) if (tab.user === user) heard.delete(`${tab.number} ${eventId}`)
        }
        if (happening.kind === 'tab' && happening.what === 'logs out, discard') dropping.add(happening.tab)
        if (happening.kind === 'commit') {
          for (const { table, key, value } of happening.commit.changes) {
            const was = happening.commit.before('outbox', key) as OutboxEntry | undefined
            if (table !== 'outbox' || !was) continue
            if (happening.commit.isDrop && dropping.has(happening.commit.tab)) continue
            const is = value as OutboxEntry | undefined
            if (is?.answerId === was.answerId) continue
            const why = is
              ? replacedBy(intents, happening.commit, is)
              : leftBy(facts, intents, heard, happening.commit, was)
            if (!why) fail(`${was.status} for ${key} left the outbox, and nobody took it or gave it up`)
          }
        }
        intents.hear?.(happening)
      },
    }
  },
}

function replacedBy(intents: Intents, { tab, user }: Commit, is: OutboxEntry): boolean {
  const isTapped = intents.openTaps(tab, is.eventId).some((tap) => tap.status === is.status)
  // The store may say the newest intent once more, after a request that came late.
  return isTapped || intents.newest(user, is.eventId)?.status === is.status
}

function leftBy(
  { ledger }: Facts,
  intents: Intents,
  heard: ReadonlyMap<string, ReadonlySet<string>>,
  { tab, user }: Commit,
  was: OutboxEntry,
): boolean {
  const { eventId, status } = was
  const isAccepted = heard.get(`${tab} ${eventId}`)?.has(status)
  const server = ledger.disk(user).mirror('responses').get(`${eventId},${user}`)?.row.status
  const isTakenBack = intents.openTaps(tab, eventId).some((tap) => tap.status === server)
  return isAccepted || isTakenBack || intents.isDiscarding(tab, eventId)
}

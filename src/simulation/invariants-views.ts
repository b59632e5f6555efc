import type { EventRow, ResponseRow } from '../model/entities.ts'
import type { OutboxEntry, OutboxRow } from '../model/outbox-entry.ts'
import { eventOf, type KeptEvent } from '../storage/database.ts'
import type { EventView } from '../views/overlay.ts'
import { awake, type Facts, type Invariant, isAsleep } from './facts.ts'
import type { Stored } from './ledger.ts'
import type { Tab } from './tab.ts'

/** P4, P5, P9 and P11: what is stored and what is shown. */

const MIRROR = ['events', 'responses', 'users', 'files']

export const serverSaidIt: Invariant = {
  name: 'P4 the server said it',
  watch: ({ said }, fail) => ({
    hear(happening) {
      if (happening.kind !== 'commit') return
      for (const { table, key, value } of happening.commit.changes)
        if (MIRROR.includes(table) && value && !said.has(table, (value as Stored).row))
          fail(`${table} ${key} was stored as the server never said it`)
    },
  }),
}

export const neverBack: Invariant = {
  name: 'P4 never back in time',
  watch: (_, fail) => ({
    hear(happening) {
      if (happening.kind !== 'commit') return
      const { changes, before } = happening.commit
      for (const { table, key, value } of changes) {
        const [was, is] = [before(table, key), value] as (Stored | undefined)[]
        if (MIRROR.includes(table) && was && is && is.moment < was.moment)
          fail(`${table} ${key} went back from ${was.moment} to ${is.moment}`)
      }
    },
  }),
}

const counts = (going: number | undefined, interested: number | undefined, mine: string | null) =>
  `${going ?? '-'}/${interested ?? '-'} ${mine ?? 'nothing'}`

const MINE = [null, 'going', 'interested', 'not_going']

/** All that may be shown of one row and one answer of the server's. */
function combinations(event: EventRow, server: string | null): string[] {
  const { rsvpCount, interestedCount } = event
  const count = (base: number | undefined, counted: string, mine: string | null) =>
    base === undefined ? undefined : Math.max(0, base - Number(server === counted) + Number(mine === counted))
  return MINE.map((mine) =>
    counts(count(rsvpCount, 'going', mine), count(interestedCount, 'interested', mine), mine),
  )
}

export const counters: Invariant = {
  name: 'P5 counters',
  watch(facts, fail) {
    const possible = new Map<string, Set<string>>()
    return {
      hear(happening) {
        if (happening.kind === 'commit') {
          const { user, changes } = happening.commit
          const disk = facts.ledger.disk(user)
          for (const { table, key } of changes) {
            const [eventId = ''] = table === 'events' || table === 'responses' ? key.split(',') : []
            const kept = disk.mirror('events').get(eventId) as KeptEvent | undefined
            const event = kept && eventOf(kept)
            if (!event) continue
            const server = disk.mirror('responses').get(`${eventId},${user}`)?.row.status
            const all = possible.get(`${user} ${eventId}`) ?? new Set<string>()
            possible.set(`${user} ${eventId}`, all)
            for (const one of combinations(event, (server as string | undefined) ?? null)) all.add(one)
          }
        }
        if (happening.kind !== 'shown' || !happening.view) return
        const { view, eventId, tab } = happening
        const user = facts.tabs.find(({ number }) => number === tab)?.user
        if (user === undefined) return
        const is = counts(view.rsvpCount, view.interestedCount, view.myRsvp.status)
        if (
          (view.rsvpCount ?? 0) < 0 ||
          (view.interestedCount ?? 0) < 0 ||
          !possible.get(`${user} ${eventId}`)?.has(is)
        )
          fail(`tab ${tab} shows ${eventId} with ${is}, which fits no row and no answer of the server's`)
      },
    }
  },
}

export const noFlicker: Invariant = {
  name: 'P5 no flicker',
  watch(facts, fail) {
    const shown = new Map<string, (string | null)[]>()
    const excused = new Set<string>()
    return {
      hear(happening) {
        switch (happening.kind) {
          case 'tapped':
          case 'tap-kept': // which may be long after: its tab slept
          case 'tap-refused':
            excused.add(`${happening.tap.user} ${happening.tap.eventId}`)
            return
          case 'discarding':
          case 'discarded': // which may be long after, too
            excused.add(`${happening.user} ${happening.eventId}`)
            return
          case 'moved':
            if (happening.by === 'me') excused.add(`always ${happening.user} ${happening.eventId}`)
            return
          case 'landed':
            if (happening.late) excused.add(`always ${happening.request.user} ${happening.request.eventId}`)
            return
          case 'commit':
            for (const { table, key, value } of happening.commit.changes) {
              const of = `${happening.commit.user} ${key}`
              if (table === 'outbox' && (value as OutboxEntry | undefined)?.state === 'failed')
                excused.add(of)
              // What was sent may have been taken all the same, whenever that is heard.
              if (table === 'watched' && (value as OutboxRow | undefined)?.isDiscarded)
                excused.add(`always ${of}`)
            }
            return
          case 'shown': {
            const { tab, eventId, view } = happening
            if (!view) return
            const all = shown.get(`${tab} ${eventId}`) ?? []
            shown.set(`${tab} ${eventId}`, all)
            if (all.at(-1) !== view.myRsvp.status) all.push(view.myRsvp.status)
          }
        }
      },
      calm() {
        for (const tab of facts.tabs) {
          for (const eventId of facts.server.events) {
            const all = shown.get(`${tab.number} ${eventId}`) ?? []
            const key = `${tab.user} ${eventId}`
            const isBack = all.some((status, at) => at > 1 && all[at - 2] === status)
            if (isBack && !excused.has(key) && !excused.has(`always ${key}`))
              fail(`tab ${tab.number} showed ${all.map((one) => one ?? 'nothing').join(', ')} for ${eventId}`)
            shown.set(`${tab.number} ${eventId}`, all.slice(-1))
          }
        }
        const asleep = new Set(facts.tabs.filter(isAsleep).map(({ user }) => user)) // and will show it when it wakes
        for (const key of [...excused])
          if (!key.startsWith('always ') && !asleep.has(key.split(' ')[0] ?? '')) excused.delete(key)
      },
    }
  },
}

/** A lost connection is tried again after five seconds. */
const RECOVERY_MS = 12_000

const hasRecovered = ({ timeline, jumpedAt, untold }: Facts, tab: Tab): boolean =>
  !untold(tab) &&
  tab.seen.status?.storage === 'ready' &&
  timeline.now() - tab.faultAt > RECOVERY_MS &&
  (tab.faultAt === Number.NEGATIVE_INFINITY || timeline.now() - jumpedAt() > RECOVERY_MS)

/** What a view must say, worked out from the tables alone. */
function expected(facts: Facts, { user, asList }: Tab, eventId: string): string | undefined {
  const disk = facts.ledger.disk(user)
  const kept = disk.mirror('events').get(eventId) as KeptEvent | undefined
  const event = kept && eventOf(kept)
  const response = disk.mirror('responses').get(`${eventId},${user}`)?.row as ResponseRow | undefined
  const entry = disk.outbox.get(eventId)
  if (!event || (asList && event.isDeleted)) return undefined
  const server = response?.status ?? null
  const mine = entry && entry.state !== 'failed' ? entry.status : server
  const [is] = combinations(event, server).filter((one) => one.endsWith(` ${mine ?? 'nothing'}`))
  return `${is} ${entry?.state ?? 'synced'}`
}

const told = (view: EventView | undefined): string | undefined =>
  view && `${counts(view.rsvpCount, view.interestedCount, view.myRsvp.status)} ${view.myRsvp.sync}`

export const showsTheTables: Invariant = {
  name: 'P9 every tab shows what is stored',
  watch: (facts, fail) => ({
    calm() {
      for (const tab of awake(facts)) {
        if (!hasRecovered(facts, tab)) continue
        for (const eventId of tab.shows) {
          const [is, should] = [told(tab.seen.views.get(eventId)), expected(facts, tab, eventId)]
          if (is !== should) return fail(`tab ${tab.number} shows ${eventId} as ${is}; stored is ${should}`)
        }
        const [listed, stored] = [tab.seen.outbox, [...facts.ledger.disk(tab.user).outbox.values()]].map(
          (entries) =>
            entries
              .map(({ eventId, status, state }) => `${eventId} ${status} ${state}`)
              .sort()
              .join(),
        )
        if (listed !== stored)
          return fail(`tab ${tab.number} lists the outbox as [${listed}]; stored is [${stored}]`)
      }
    },
  }),
}

export const neverIdle: Invariant = {
  name: 'P11 not idle while something waits',
  watch: (facts, fail) => ({
    calm() {
      for (const tab of awake(facts)) {
        if (!hasRecovered(facts, tab)) continue
        const { status } = tab.seen
        const open = [...facts.ledger.disk(tab.user).outbox.values()].filter(
          ({ state }) => state !== 'failed',
        )
        if (open.length > 0 && status?.work === 'idle')
          return fail(`tab ${tab.number} says idle, and ${open.length} answers wait`)
      }
    },
  }),
}

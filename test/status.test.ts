import { Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import type { OutboxEntry } from '../src/index.ts'
import { answered } from '../src/model/outbox-entry.ts'
import { type StatusFacts, status$ } from '../src/sync/status.ts'
import { createFakeClock } from '../src/testing.ts'
import { record } from './world.ts'

const START = 1_000_000

function entry(eventId: string, changes: Partial<OutboxEntry> = {}): OutboxEntry {
  const made = answered(undefined, { eventId, status: 'going', answerId: 'a', now: START, server: null })
  if (!made) throw new Error('no entry')
  return { ...made, ...changes }
}

function outboxOf(entries: readonly OutboxEntry[] = [], changes: Partial<StatusFacts['outbox']> = {}) {
  const rows = new Map(entries.map((one) => [one.eventId, one]))
  return {
    loaded: true,
    rows,
    entries: rows,
    unreadable: 0,
    pause: undefined,
    syncedAt: undefined,
    ...changes,
  }
}

const PULLING = { pulls: 1, pages: 3, rows: 300 }

const WELL: StatusFacts = {
  outbox: outboxOf(),
  storage: 'ready',
  online: true,
  reached: true,
  pulling: undefined,
  feed: undefined,
  engine: { sending: [] },
  lostAnswers: undefined,
  persisted: undefined,
  gate: 0,
}
const QUIET = {
  network: 'online',
  work: 'idle',
  session: 'ok',
  storage: 'ready',
  persisted: undefined,
  queued: 0,
  failed: 0,
}

/** All that was said while the facts were these, one after the other. */
function said(...all: Partial<StatusFacts>[]) {
  const clock = createFakeClock(START)
  const poke$ = new Subject<void>()
  let current: StatusFacts = WELL
  const seen = record(status$(() => current, [poke$], clock))
  const tell = (changes: Partial<StatusFacts>) => {
    current = { ...WELL, ...changes }
    poke$.next()
  }
  for (const changes of all) tell(changes)
  return { seen, tell, clock }
}

const pause = (reason: 'slow-down' | 'signed-out', until: number) =>
  ({ key: 'pause', reason, until, times: 1 }) as const
const waiting = (...entries: OutboxEntry[]) => ({ outbox: outboxOf(entries) })
const failed = entry('f', { state: 'failed', notBefore: 1, queuedAt: 1 })

describe('what the status says', () => {
  test.each<[string, Partial<StatusFacts>, object]>([
    ['all is well', {}, {}],
    ['the platform says offline', { online: false }, { network: 'offline' }],
    ['offline, whatever the last request met', { online: false, reached: false }, { network: 'offline' }],
    ['the last request got no reply', { reached: false }, { network: 'unreachable' }],
    ['a pull is under way', { pulling: PULLING }, { work: 'pulling', pulling: PULLING }],
    [
      'an answer is on its way, and that counts more',
      { pulling: PULLING, engine: { sending: ['e'] } },
      { work: 'pushing', pulling: PULLING },
    ],
    ['storage has its own word', { storage: 'full' }, { storage: 'full' }],
    ['it is known whether the data may be evicted', { persisted: false }, { persisted: false }],
    ['rows came in once', { outbox: outboxOf([], { syncedAt: START }) }, { lastSyncedAt: START }],
    [
      'the whole user waits',
      { outbox: outboxOf([], { pause: pause('slow-down', START + 1) }) },
      { work: 'paused' },
    ],
    ['the wait is over', { outbox: outboxOf([], { pause: pause('slow-down', START) }) }, { work: 'idle' }],
    [
      'signed out, and the wait for it over',
      { outbox: outboxOf([], { pause: pause('signed-out', START) }) },
      { session: 'signed-out', work: 'idle' },
    ],
    ['a refused answer waits for nobody', waiting(failed), { failed: 1 }],
    [
      'two answers wait, one was refused',
      waiting(
        entry('a', { queuedAt: START - 5, notBefore: START + 50 }),
        failed,
        entry('b', { queuedAt: START - 9, notBefore: START + 70 }),
      ),
      {
        work: 'waiting',
        queued: 2,
        failed: 1,
        oldestQueuedAt: START - 9,
        nextAttemptAt: START + 50,
      },
    ],
    [
      'something keeps everything back',
      { ...waiting(entry('a', { notBefore: START + 50 })), gate: START + 80 },
      { work: 'waiting', queued: 1, oldestQueuedAt: START, nextAttemptAt: START + 80 },
    ],
  ])('%s', (_, facts, expected) => {
    expect(said(facts).seen).toEqual([{ ...QUIET, ...expected }])
  })
})

describe('when the status speaks', () => {
  test('not before the outbox is read, unless that takes a second', () => {
    const { seen, tell, clock } = said({ outbox: outboxOf([], { loaded: false }) })
    clock.advance(999)
    tell({ outbox: outboxOf([], { loaded: false }) })
    expect(seen).toEqual([])
    clock.advance(1)
    expect(seen).toEqual([QUIET])
  })

  test('only when something in it has changed', () => {
    const { seen, tell } = said({}, {}, { pulling: PULLING }, { pulling: { ...PULLING } }, {})
    expect(seen.map(({ work }) => work)).toEqual(['idle', 'pulling', 'idle'])
    tell({})
    expect(seen).toHaveLength(3)
  })
})

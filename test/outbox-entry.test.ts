import { describe, expect, test } from 'vitest'
import {
  claimed,
  discarded,
  expired,
  isAtRisk,
  type OutboxEntry,
  settled,
  unsettled,
  watched,
} from '../src/model/outbox-entry.ts'

const ENTRY: OutboxEntry = {
  eventId: 'event-1',
  status: 'going',
  state: 'queued',
  answerId: 'answer-1',
  queuedAt: 0,
  base: null,
  failures: 0,
  notBefore: 0,
  floor: 0,
  unheard: false,
}
const SILENCE = { kind: 'no-reply', message: 'no reply' } as const
const wait = { failure: SILENCE, counts: true, isLost: true, unheard: true, notBefore: 0, floor: 0 }

describe('what requests may still do that nobody heard of', () => {
  test('of the same answer the last two are remembered, beside every other', () => {
    let row: OutboxEntry = { ...ENTRY, abandoned: ['interested'] }
    for (let time = 0; time < 4; time += 1)
      row = unsettled(claimed(row, { id: `lease-${time}`, until: 1 }), wait)
    expect(row.abandoned).toEqual(['interested', 'going', 'going'])
  })

  test('one other answer among them is enough of a risk, after a discard any; my own alone is none', () => {
    expect(isAtRisk({ ...ENTRY, abandoned: ['going', 'interested'] })).toBe(true)
    expect(isAtRisk({ ...ENTRY, abandoned: ['going'] })).toBe(false)
    expect(isAtRisk(ENTRY)).toBe(false)
    expect(isAtRisk({ ...ENTRY, abandoned: ['going'], isDiscarded: true })).toBe(true)
    expect(isAtRisk({ ...ENTRY, isDiscarded: true })).toBe(false)
  })

  test('a settled answer is watched only where a request may still land, and keeps the wait of the server', () => {
    expect(watched(ENTRY, 0)).toBeUndefined()
    const told = { ...ENTRY, abandoned: ['interested'], floor: 90_000 }
    expect(watched(told, 89_999)).toMatchObject({ floor: 90_000, watchedUntil: 689_999 })
    expect(watched(told, 90_000)).toMatchObject({ floor: 0, watchedUntil: 690_000 })
  })

  test('it is watched as long again where the clock was set back meanwhile', () => {
    const row = { ...ENTRY, abandoned: ['going'], watchedUntil: 4_200_000 }
    expect(watched(row, 0)).toMatchObject({ watchedUntil: 600_000, notBefore: 600_000 })
    expect(watched({ ...row, watchedUntil: 600_000 }, 600_000)).toBeUndefined()
  })

  test('while it is watched, a word of the server that no request of mine carried is the newest', () => {
    const row = { ...ENTRY, abandoned: ['interested'], watchedUntil: 600_000 }
    expect(settled(row, 'not_going', 1_000)).toMatchObject({ status: 'not_going', watchedUntil: 600_000 })
    expect(settled(row, 'interested', 1_000)).toMatchObject({ status: 'going', state: 'queued' })
  })
})

describe('an answer that goes no further', () => {
  test('one that was never sent leaves nothing behind when it is discarded', () => {
    expect(discarded(ENTRY, 0)).toBeUndefined()
    const readBack = { isDiscarded: true, unheard: true }
    expect(discarded({ ...ENTRY, unheard: true }, 0)).toMatchObject(readBack)
    expect(discarded({ ...ENTRY, abandoned: ['going'] }, 0)).toMatchObject(readBack)
  })

  test('one that was refused keeps its reason when its event closes', () => {
    const failed = { ...ENTRY, state: 'failed', failure: SILENCE } as const
    const ended = { kind: 'event-ended', message: 'over' } as const
    expect(expired(failed, ended)).toBe(failed)
    expect(expired(ENTRY, ended)).toMatchObject({ state: 'failed', failure: ended })
  })
})

import { Subject } from 'rxjs'
import { describe, expect, test } from 'vitest'
import type { RsvpStatus } from '../src/index.ts'
import { answered, type OutboxRow } from '../src/model/outbox-entry.ts'
import type { StoredRow } from '../src/model/outbox-row.ts'
import type { RsvpDatabase } from '../src/storage/database.ts'
import type { Live } from '../src/storage/live.ts'
import { createOutboxMemory } from '../src/storage/outbox-memory.ts'
import { record } from './world.ts'

function said(eventId: string, status: RsvpStatus): OutboxRow {
  const row = answered(undefined, { eventId, status, answerId: status, now: 1, server: null })
  if (!row) throw new Error('no entry')
  return row
}
const GOING = said('one', 'going')
const LATER = said('one', 'not_going')
const WATCHED: OutboxRow = { ...GOING, watchedUntil: 9 }
const NO_LEAVING = new Map()

/** The memory, and snapshots as they come from the database. */
function remember() {
  const snapshots$ = new Subject<unknown>()
  const live = { watch: () => snapshots$ } as unknown as Live
  const memory = createOutboxMemory({} as RsvpDatabase, live)
  memory.start()
  return {
    ...memory,
    read: (turn: number, rows: readonly StoredRow[], asked?: readonly string[], meta?: readonly unknown[]) =>
      snapshots$.next({ turn, value: { asked, rows, meta } }),
    write: (turn: number, row: OutboxRow | undefined, eventId = 'one') =>
      memory.wrote(turn, new Map([[eventId, row]]), NO_LEAVING),
    status: () => memory.state$.value.entries.get('one')?.status,
  }
}

describe.for([
  ['of all', undefined],
  ['of that row', ['one']],
] as const)('what was read %s', ([, asked]) => {
  test('before my write began does not take it back, nor bring an older answer', () => {
    const { read, write, status } = remember()
    read(0, [], asked)
    write(1, LATER)
    read(0, [], asked)
    expect(status()).toBe('not_going')
    read(0, [GOING], asked)
    expect(status()).toBe('not_going')
  })

  test('after my write holds it: what another tab did since counts', () => {
    const { read, write, status } = remember()
    write(1, GOING)
    read(1, [LATER], asked)
    expect(status()).toBe('not_going')
    read(1, [], asked)
    expect(status()).toBeUndefined()
  })

  test('after my write is not undone by that write, when it is shown late', () => {
    const { read, write, status } = remember()
    read(2, [LATER], asked)
    write(1, GOING)
    expect(status()).toBe('not_going')
    write(2, GOING)
    expect(status()).toBe('not_going')
    write(3, GOING)
    expect(status()).toBe('going')
  })
})

test('two of my writes that are shown in the wrong order end as the later one', () => {
  const { write, status } = remember()
  write(2, LATER)
  write(1, GOING)
  expect(status()).toBe('not_going')
  write(3, undefined)
  write(2, LATER)
  expect(status()).toBeUndefined()
})

test('one row that was read says nothing of the others', () => {
  const { read, state$ } = remember()
  read(0, [GOING, said('two', 'going')])
  read(0, [], ['one'])
  expect([...state$.value.rows.keys()]).toEqual(['two'])
})

test('rows that nobody can read are counted, until they are gone or can be', () => {
  const { read, state$ } = remember()
  const broken = (eventId: string): StoredRow => ({ eventId, unreadable: true })
  read(0, [broken('one'), broken('two'), GOING])
  expect(state$.value.unreadable).toBe(2)
  read(0, [GOING], ['one'])
  expect(state$.value.unreadable).toBe(1)
  read(0, [])
  expect([state$.value.unreadable, state$.value.rows.size]).toEqual([0, 0])
})

test('settled answers that are watched are rows, and no entries', () => {
  const { read, write, state$ } = remember()
  read(0, [WATCHED])
  expect([state$.value.rows.size, state$.value.entries.size]).toEqual([1, 0])
  write(1, GOING)
  expect([state$.value.rows.size, state$.value.entries.size]).toEqual([1, 1])
})

test('how an answer left is told with the change in which it left, and only if it did', () => {
  const { wrote, write, state$ } = remember()
  const seen = record(state$)
  const left = () => [...(seen.at(-1)?.left ?? [])]
  const discarding = new Map([['one', 'discarded' as const]])
  wrote(1, new Map([['one', GOING]]), discarding)
  expect(left()).toEqual([])
  wrote(2, new Map([['one', undefined]]), discarding)
  expect(left()).toEqual([['one', 'discarded']])
  write(3, undefined)
  expect(left()).toEqual([])
  wrote(4, new Map([['one', WATCHED]]), discarding)
  expect(left()).toEqual([['one', 'discarded']])
})

test('nothing is known until something was read; then also how long to wait, how fresh it is, and whether it is new', () => {
  const { read, state$, showPause, born } = remember()
  expect(state$.value).toMatchObject({ loaded: false, unreadable: 0 })
  const pause = { key: 'pause', reason: 'slow-down', until: 5, times: 1 } as const
  read(0, [], undefined, [pause, { key: 'mirror', asOf: 1, syncedAt: 7 }, undefined])
  expect(state$.value).toMatchObject({ loaded: true, pause, syncedAt: 7, isBorn: false })
  read(0, [], [])
  expect(state$.value).toMatchObject({ pause, syncedAt: 7, isBorn: false })
  showPause(undefined)
  born()
  expect(state$.value).toMatchObject({ pause: undefined, syncedAt: 7, isBorn: true })
})

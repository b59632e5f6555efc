import { BehaviorSubject } from 'rxjs'
import { expect, test, vi } from 'vitest'
import type { OutboxEntry, ResponseRow } from '../src/index.ts'
import { answered } from '../src/model/outbox-entry.ts'
import type { Outbox, OutboxState } from '../src/storage/outbox.ts'
import { createReceipts } from '../src/sync/receipts.ts'

const entry = answered(undefined, {
  eventId: 'e',
  status: 'going',
  answerId: 'a',
  now: 1,
  server: null,
}) as OutboxEntry

const stateOf = (...entries: OutboxEntry[]): OutboxState => ({
  loaded: true,
  rows: new Map(),
  entries: new Map(entries.map((one) => [one.eventId, one])),
  unreadable: 0,
  pause: undefined,
  syncedAt: undefined,
})

test('a device that cannot tell how an answer ended is asked again at the next change, and only then', async () => {
  const state$ = new BehaviorSubject(stateOf(entry))
  const replies: (() => Promise<ResponseRow>)[] = [
    () => Promise.reject(new Error('the device is busy')),
    async () => ({ eventId: 'e', userId: 'ada', status: 'going' }),
  ]
  let asked = 0
  const { settled } = createReceipts({ state$ } as Outbox, () => {
    asked += 1
    return (replies.shift() ?? (() => Promise.reject(new Error('asked too often'))))()
  })
  const outcome = settled(entry)
  state$.next(stateOf())
  await vi.waitFor(() => expect(asked).toBe(1))
  state$.next(stateOf())
  expect(await outcome).toMatchObject({ kind: 'accepted', response: { status: 'going' } })
  expect(asked).toBe(2)
})

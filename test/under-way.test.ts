import type { Transaction } from 'dexie'
import { expect, test, vi } from 'vitest'
import { createUnderWay } from '../src/storage/under-way.ts'

const transaction = (active: boolean, abort = () => {}) => ({ active, abort }) as unknown as Transaction

test('P9 whoever waits for a transaction that is taken back is told, though the browser says nothing of it', () => {
  const underWay = createUnderWay()
  const taken = vi.fn()
  underWay.add(transaction(true), taken)
  underWay.takeBack()
  expect(taken).toHaveBeenCalledOnce()
})

test('P9 one that is being committed, or has ended, has a reply of its own: nothing else is told of it', () => {
  const underWay = createUnderWay()
  const taken = vi.fn()
  const committing = () => {
    throw new DOMException('too late', 'InvalidStateError')
  }
  underWay.add(transaction(false), taken)
  underWay.add(transaction(true, committing), taken)
  const ended = { active: true, abort: vi.fn() }
  underWay.add(ended as unknown as Transaction, taken)
  ended.active = false
  underWay.takeBack()
  expect(taken).not.toHaveBeenCalled()
  expect(ended.abort).not.toHaveBeenCalled()
})

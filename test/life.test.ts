import { expect, test, vi } from 'vitest'
import { createLife, isAlive } from '../src/sync/life.ts'
import { createFakeLocks } from '../src/testing.ts'
import { platform } from './platform.ts'

/** One tab, whose locks other tabs can see. */
function startTab() {
  const locks = createFakeLocks()
  const { begin, renew } = createLife(locks, 'tab-1')
  return { locks, begin, renew, isHeld: locks.isHeld }
}

test('other tabs can tell that this one lives for as long as anything of it is under way', async () => {
  const { begin, isHeld } = startTab()
  const one = begin()
  const two = begin()
  await one.granted
  expect(two.name).toBe(one.name)
  one.end()
  await platform.turn()
  expect(await isHeld(one.name)).toBe(true)
  two.end()
  await vi.waitFor(async () => expect(await isHeld(one.name)).toBe(false))
})

test('what begins after that is told apart from what has ended', async () => {
  const { begin, isHeld } = startTab()
  const one = begin()
  await one.granted
  one.end()
  const next = begin()
  await next.granted
  expect(next.name).not.toBe(one.name)
  expect(await isHeld(next.name)).toBe(true)
})

test('a lock that never comes is left alone: who begins next takes another, and keeps it when the first ends', async () => {
  const { locks, begin, renew, isHeld } = startTab()
  let free = () => {}
  const freed = new Promise<void>((resolve) => {
    free = resolve
  })
  void locks.withLock('tab-1-1', () => freed)
  const stuck = begin()
  const granted = vi.fn()
  void stuck.granted.then(granted)
  renew()
  const next = begin()
  await next.granted
  expect(granted).not.toHaveBeenCalled()
  stuck.end()
  expect(begin().name).toBe(next.name)
  free()
  await vi.waitFor(async () => expect(await isHeld('tab-1-1')).toBe(false))
  expect(await isHeld(next.name)).toBe(true)
})

test('a device that gives no lock holds nothing up', async () => {
  const locks = { ...createFakeLocks(), withLock: () => Promise.reject(new Error('SecurityError')) }
  const { granted, end } = createLife(locks, 'tab-1').begin()
  await granted
  end()
})

test('a lease tells the lock of the tab that has it', async () => {
  const { locks, begin } = startTab()
  const { name, granted, end } = begin()
  await granted
  expect(await isAlive(locks, `${name}.17`)).toBe(true)
  end()
  await vi.waitFor(async () => expect(await isAlive(locks, `${name}.17`)).toBe(false))
})

import { describe, expect, test } from 'vitest'
import { createPace } from '../src/sync/pace.ts'
import { createFakeClock } from '../src/testing.ts'

const START = 1_000_000
const SECOND = 1_000

/** Three requests a second, of which so many turns have been taken. */
function paced(taken: number) {
  const clock = createFakeClock(START)
  const pace = createPace(clock, { requests: 3, perMs: SECOND })
  for (let turn = 0; turn < taken; turn += 1) void pace.turn()
  return { clock, pace, waits: () => clock.alarms().map((moment) => moment - START) }
}

describe('the pace of three requests a second', () => {
  test('lets three go at once and the others one window later each, in order', () => {
    expect(paced(3).waits()).toEqual([])
    expect(paced(8).waits()).toEqual([1, 1, 1, 2, 2].map((seconds) => seconds * SECOND))
  })

  test('keeps to it however many ask at once', () => {
    const { waits } = paced(16)
    expect(waits()).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 5].map((seconds) => seconds * SECOND))
  })

  test('resolves a turn when it has come, and not before', async () => {
    const { clock, pace } = paced(3)
    const went: string[] = []
    const fourth = pace.turn().then(() => went.push('fourth'))
    clock.advance(SECOND - 1)
    await Promise.resolve()
    expect(went).toEqual([])
    clock.advance(1)
    await fourth
    expect(went).toEqual(['fourth'])
  })

  test('counts from when each request went', () => {
    const { clock, pace, waits } = paced(2)
    clock.advance(600)
    void pace.turn()
    void pace.turn()
    void pace.turn()
    void pace.turn()
    expect(waits()).toEqual([SECOND, SECOND, 1_600])
  })

  test('says when one more may go: now, or a window after the third last', () => {
    expect(paced(0).pace.freeAt(START)).toBe(START)
    expect(paced(2).pace.freeAt(START)).toBe(START)
    expect(paced(3).pace.freeAt(START)).toBe(START + SECOND)
    expect(paced(3).pace.freeAt(START + 400)).toBe(START + SECOND)
    expect(paced(3).pace.freeAt(START + 1_500)).toBe(START + 1_500)
  })

  test('says it also for one that comes behind others', () => {
    expect(paced(0).pace.freeAt(START, 2)).toBe(START)
    expect(paced(0).pace.freeAt(START, 3)).toBe(START + SECOND)
    expect(paced(2).pace.freeAt(START, 1)).toBe(START + SECOND)
  })

  test('a clock that was set back makes nobody wait longer than their place in the line', () => {
    const believed = paced(3).pace
    expect(believed.freeAt(START - 2 * SECOND)).toBe(START + SECOND)
    const doubted = paced(3).pace
    expect(doubted.freeAt(START - 2 * SECOND - 1)).toBe(START - 2 * SECOND - 1)
    const short = paced(1).pace
    expect(short.freeAt(START - 1_333, 2)).toBe(START + SECOND)
    expect(short.freeAt(START - 1_334, 2)).toBe(START - 1_334)
  })
})

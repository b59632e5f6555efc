import { randomInt } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  doubleAsServer,
  type History,
  histories,
  play,
  type ServerMaker,
  type Step,
  tell,
} from '../src/testing.ts'
import { ROOT } from './child.ts'
import { check, FAILED, newViolation, platform } from './simulate/check.ts'
import { type EventLoop, takeOverEventLoop } from './simulate/event-loop.ts'
import guards from './simulate/guards.json'

/** CI plays far more of them with `npm run simulate`; these are for whoever runs the tests alone. */
const HISTORIES = 40

let loop: EventLoop
beforeEach(() => {
  vi.spyOn(console, 'warn').mockImplementation(() => {}) // Dexie says a word about every fault
  loop = takeOverEventLoop()
})
afterEach(() => loop.leave())

const sample = (count: number, seed: number): History[] =>
  fc.sample(histories<fc.Arbitrary<History>>(fc), { numRuns: count, seed })

test('histories with a fresh seed break no promise', async () => {
  const seed = randomInt(2 ** 31 - 1)
  process.stdout.write(`simulation: seed ${seed}, ${HISTORIES} histories\n`)
  const { failure } = await check({ histories: HISTORIES, seed, steps: 40 }, loop.turn)
  expect(failure && [`npm run simulate -- --seed ${seed} --path ${failure.path}`, ...failure.story]).toBe(
    undefined,
  )
}, 120_000)

test.each(FAILED)(
  'a history that once broke $promise does not any more',
  async ({ history }) => {
    expect(newViolation(await play(history, platform(loop.turn)), history)).toBe(undefined)
  },
  120_000,
)

test('twenty histories, each played twice, give the same log, byte for byte', async () => {
  const log = async (history: History) => (await play(history, { ...platform(loop.turn), log: true })).log
  for (const history of sample(20, 7)) {
    const first = await log(history)
    expect(first.length).toBeGreaterThan(10)
    expect(await log(history)).toEqual(first)
  }
}, 120_000)

test('worlds in which tabs keep what they show fresh break no promise', async () => {
  const seed = 2026
  const { failure } = await check({ histories: 10, seed, steps: 40, fresh: true }, loop.turn)
  expect(
    failure && [`npm run simulate -- --fresh --seed ${seed} --path ${failure.path}`, ...failure.story],
  ).toBe(undefined)
}, 120_000)

test('it also runs on the event loop of the platform, for whoever has no other', async () => {
  loop.leave()
  for (const history of sample(3, 11))
    expect(newViolation(await play(history, platform()), history)).toBe(undefined)
}, 60_000)

test('a history is plain data: written down and read again, it is the same', () => {
  for (const history of sample(50, 3)) expect(JSON.parse(JSON.stringify(history))).toEqual(history)
})

describe('it can fail: a server of my own that', () => {
  const going: readonly Step[] = [{ do: 'tap', tab: 0, event: 0, status: 'going' }]
  const broken = async (server: ServerMaker, steps = going) => {
    const history: History = { seed: 1, wording: 'upsert', steps }
    return (await play(history, { ...platform(loop.turn), server })).violations.map(({ promise }) => promise)
  }

  test('works, breaks nothing', async () => {
    expect(await broken(doubleAsServer)).toEqual([])
  })

  test('forgets an answer it has accepted is found out by P3', async () => {
    const forgetful: ServerMaker = (...given) => ({ ...doubleAsServer(...given), truth: () => new Map() })
    expect(await broken(forgetful)).toContain('P3 newest intent')
  })

  test('never answers leaves the answer where P6 finds it', async () => {
    const mute: ServerMaker = (...given) => ({
      ...doubleAsServer(...given),
      fetch: async () => new Response('', { status: 503 }),
    })
    expect(await broken(mute)).toEqual(['P6 the rest goes on'])
  })
})

describe('a disk that hangs', () => {
  const tap: Step = { do: 'tap', tab: 0, event: 0, status: 'going' }
  const other: Step = { ...tap, status: 'not_going' }
  const pass: Step = { do: 'pass', ms: 30_000 }
  const played = async (...steps: Step[]) => {
    const report = await play({ seed: 1, wording: 'upsert', steps }, { ...platform(loop.turn), log: true })
    return { ...report, happened: report.log.map((line) => JSON.parse(line)) }
  }
  const hang: Step = { do: 'storage', tab: 0, fault: 'hang' }

  test('refuses the tap that it does not answer, and says why', async () => {
    const { happened, violations } = await played(tap, pass, hang, other, pass)
    expect(happened.find(({ kind }) => kind === 'tap-refused')).toMatchObject({ code: 'storage-unavailable' })
    expect(violations).toEqual([])
  })

  test('holds up an answer that is due, and no longer than it takes to try again', async () => {
    const lost: Step = { do: 'fate', of: 'answer', fate: { kind: 'lose-request', silently: false } }
    const { happened, violations } = await played(lost, tap, { do: 'pass', ms: 300 }, hang, pass)
    const [first, second] = happened.filter(({ kind }) => kind === 'sent').map(({ request }) => request.at)
    expect(second - first).toBeGreaterThan(5_000)
    expect(second - first).toBeLessThan(15_000)
    expect(violations).toEqual([])
  })

  test('refuses a tap that waits for the database to open', async () => {
    const lost: Step = { do: 'storage', tab: 0, fault: 'connection-lost' }
    const slow: Step = { do: 'storage', tab: 0, fault: 'slow-open' }
    const { happened, violations } = await played(tap, pass, slow, lost, other, pass)
    expect(happened.filter(({ kind }) => kind === 'fault')).toHaveLength(2)
    expect(happened.find(({ kind }) => kind === 'tap-refused')).toMatchObject({ code: 'storage-unavailable' })
    expect(violations).toEqual([])
  })
})

test('every step is told as one sentence', () => {
  for (const step of sample(300, 5).flatMap(({ steps }) => steps))
    expect(tell(step)).toMatch(/^[A-Z0-9].*[.:)]$/)
})

test.each(guards)(
  'the guard "$guard" is one line of the store, and can be taken out',
  async ({ file, code }) => {
    const source = await readFile(join(ROOT, 'src', file), 'utf8')
    expect(source.split(code)).toHaveLength(2)
  },
)

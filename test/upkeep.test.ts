import { describe, expect, test } from 'vitest'
import type { RsvpStoreOptions } from '../src/index.ts'
import { createWorld, latest, now, record, type World } from './world.ts'

const DAY_MS = 24 * 3_600_000

/** So many events of the past and as many to come, one a day each way; others have answered every one. */
async function longLife(days: number, changes: Partial<RsvpStoreOptions> = {}) {
  const world = createWorld({ api: { events: 0 } })
  const tab = world.openTab(changes)
  const day = (offset: number) => new Date(world.clock.now() + offset * DAY_MS).toISOString()
  const eventId = (offset: number) => (offset < 0 ? `past-${-offset}` : `next-${offset}`)
  const offsets = Array.from({ length: days }, (_, at) => at + 1).flatMap((at) => [-at, at])
  await tab.store.merge({
    events: offsets.map((offset) => ({
      ...{ eventId: eventId(offset), userId: `host-${offset}`, status: offset < 0 ? 'ended' : 'scheduled' },
      ...{ startTime: day(offset), coverImageFileId: `cover-${offset}`, title: eventId(offset) },
    })),
    eventResponses: offsets.map((offset) => ({
      eventId: eventId(offset),
      userId: `guest-${offset}`,
      status: 'going',
    })),
    users: offsets.flatMap((offset) => [
      { userId: `host-${offset}`, avatarFileId: `face-${offset}` },
      { userId: `guest-${offset}` },
    ]),
    files: offsets.flatMap((offset) => [{ fileId: `cover-${offset}` }, { fileId: `face-${offset}` }]),
  })
  const ids = async (table = 'events') =>
    (await world.rows<{ row: { eventId: string } }>(table)).map(({ row }) => row.eventId).sort()
  /** Everything that is to be pruned may take its time. */
  const pruned = async <T>(pruning: Promise<T>): Promise<T> => {
    let result: { value: T } | undefined
    pruning.then(
      (value) => {
        result = { value }
      },
      () => undefined,
    )
    for (let turns = 0; !result && turns < 50; turns += 1) await world.pass(1_000)
    return pruning
  }
  return { ...world, ...tab, ids, pruned }
}

describe('prune', () => {
  test('takes what has ended, who answered it, and whom nobody needs any more', async () => {
    const { store, ids, rows, pruned } = await longLife(3)
    expect(await pruned(store.prune())).toEqual({ events: 3, responses: 3, users: 6, files: 6 })
    expect(await ids()).toEqual(['next-1', 'next-2', 'next-3'])
    expect(await ids('responses')).toEqual(['next-1', 'next-2', 'next-3'])
    expect([(await rows('users')).length, (await rows('files')).length]).toEqual([6, 6])
    expect(await pruned(store.prune())).toEqual({ events: 0, responses: 0, users: 0, files: 0 })
  })

  test('only what ended before the moment that was named; an end counts, not a start', async () => {
    const { store, ids, pruned, clock } = await longLife(3)
    const endTime = new Date(clock.now() + DAY_MS).toISOString()
    await store.merge({
      events: [
        { eventId: 'past-3', endTime, startTime: '2020-01-01T00:00:00Z', updatedAt: '2026-01-01T00:00:00Z' },
      ],
    })
    await pruned(store.prune({ endedBefore: clock.now() - 1.5 * DAY_MS }))
    expect(await ids()).toEqual(['next-1', 'next-2', 'next-3', 'past-1', 'past-3'])
  })

  test('events that were deleted', async () => {
    const { store, ids, pruned } = await longLife(1)
    await store.merge({ events: [{ eventId: 'next-1', isDeleted: true, updatedAt: '2026-01-01T00:00:00Z' }] })
    await pruned(store.prune())
    expect(await ids()).toEqual([])
  })

  test('nothing that I have answered; unless it is asked for', async () => {
    const { store, ids, pruned } = await longLife(2)
    await store.merge({ eventResponses: [{ eventId: 'past-1', userId: 'ada', status: 'going' }] })
    await pruned(store.prune())
    expect(await ids()).toEqual(['next-1', 'next-2', 'past-1'])
    expect(await ids('responses')).toContain('past-1')
    await pruned(store.prune({ keepMine: false }))
    expect(await ids()).toEqual(['next-1', 'next-2'])
    expect(await ids('responses')).toEqual(['next-1', 'next-2'])
  })

  test('P2 nothing for which an answer waits, whatever is asked for', async () => {
    const { store, ids, goOnline, clock, pruned } = await longLife(2)
    goOnline(false)
    await store.rsvp('next-1', 'going')
    await pruned(store.prune({ endedBefore: clock.now() + 10 * DAY_MS, keepMine: false }))
    expect(await ids()).toEqual(['next-1'])
    expect(await now(store.outbox$)).toMatchObject([{ eventId: 'next-1' }])
  })

  test('nothing that is on a screen, here or in another tab', async () => {
    const world = await longLife(3)
    const { store, ids, pruned, openTab } = world
    const other = openTab()
    const [one, two] = [latest(store.event$('past-1')), latest(other.store.attendees$('past-2'))]
    await world.calm()
    await pruned(store.prune())
    expect(await ids()).toEqual(['next-1', 'next-2', 'next-3', 'past-1', 'past-2'])
    expect([one.value?.title, two.value.length]).toEqual(['past-1', 1])
    await pruned(other.store.prune())
    expect(await ids()).toHaveLength(5)
  })

  test('a list shows what is left, and no longer says that it is complete', async () => {
    const world = createWorld()
    const { store } = world.openTab()
    await store.pullEvents({ status: 'ended' })
    const before = await now(store.events$({ status: 'ended' }))
    expect(before).toMatchObject({ length: before.length, isComplete: true })
    expect(before.length).toBeGreaterThan(0)
    const pruning = store.prune()
    await world.pass(2_000)
    await pruning
    expect(await now(store.events$({ status: 'ended' }))).toMatchObject({ length: 0, isComplete: false })
  })

  test.each([
    ['a moment that is none', { endedBefore: 'yesterday' }, 'options.endedBefore'],
    ['a word for a yes', { keepMine: 'yes' }, 'options.keepMine'],
    ['a field that is none', { before: 0 }, 'options.before'],
  ])('not with %s', async (_, options, argument) => {
    const { store, ids } = await longLife(1)
    await expect(store.prune(options as never)).rejects.toMatchObject({ code: 'invalid-argument', argument })
    expect(await ids()).toHaveLength(2)
  })
})

describe('inspect', () => {
  test('says how many rows there are, how large, and from when to when', async () => {
    const { store, clock } = await longLife(3)
    expect(await store.inspect()).toEqual({
      rows: { events: 6, responses: 6, users: 12, files: 12, outbox: 0 },
      bytes: expect.any(Number),
      oldest: clock.now() - 3 * DAY_MS,
      newest: clock.now() + 3 * DAY_MS,
    })
  })

  test('the bytes are those of the rows, as far as a hundred of them tell', async () => {
    const { store, rows } = await longLife(200)
    const tables = ['events', 'responses', 'users', 'files', 'outbox']
    const all = (await Promise.all(tables.map((table) => rows(table)))).flat()
    const { bytes } = await store.inspect()
    expect(bytes / JSON.stringify(all).length).toBeCloseTo(1, 1)
  })

  test('an empty device', async () => {
    const { store } = createWorld().openTab()
    expect(await store.inspect()).toEqual({
      rows: { events: 0, responses: 0, users: 0, files: 0, outbox: 0 },
      bytes: 0,
    })
  })
})

describe('what is stored stays within its bounds by itself', () => {
  /** The server goes on and on; the app merges whatever comes. */
  async function goOn(
    { pass }: Pick<World, 'pass'>,
    merge: (turn: number) => Promise<unknown>,
    turns: number,
  ) {
    for (let turn = 0; turn < turns; turn += 1) await merge(turn)
    await pass(10_000)
  }

  test('the oldest goes first, and what is mine stays', async () => {
    const world = await longLife(0, { mirror: { maxRows: 100 } })
    const { store, ids, clock } = world
    const merge = (turn: number) => {
      const startTime = new Date(clock.now() - (1_000 - turn) * DAY_MS).toISOString()
      return store.merge({
        events: [{ eventId: `e-${String(turn).padStart(3, '0')}`, startTime, status: 'ended' }],
      })
    }
    await store.merge({
      events: [{ eventId: 'mine', startTime: '2001-01-01T00:00:00Z', status: 'ended' }],
      eventResponses: [{ eventId: 'mine', userId: 'ada', status: 'going' }],
    })
    await goOn(world, merge, 249)
    const left = await ids()
    expect(left.length).toBeLessThanOrEqual(100)
    expect(left.length).toBeGreaterThan(50)
    expect(left).toContain('mine')
    expect(left).toContain('e-248')
    expect(left).not.toContain('e-000')
  })

  test('where nothing has ended: what others said, then what is farthest ahead; never what is watched or waits', async () => {
    const world = await longLife(100, { mirror: { maxRows: 400 } })
    const { store, goOnline, ids } = world
    goOnline(false)
    await store.rsvp('next-100', 'going')
    record(store.attendees$('next-99'))
    await world.calm()
    await goOn(world, (turn) => store.merge({ users: [{ userId: `new-${turn}` }] }), 60)
    const { rows } = await store.inspect()
    expect(rows.events + rows.responses + rows.users + rows.files).toBeLessThanOrEqual(400)
    const left = await ids()
    expect(left).toContain('next-100')
    expect(left).toContain('next-99')
    expect(left).toContain('next-1')
    expect(left.some((eventId) => eventId.startsWith('past'))).toBe(false)
    expect(left.length).toBeGreaterThan(30) // no more goes than has to
    expect(await ids('responses')).toContain('next-99')
  })

  test('in bytes too', async () => {
    const world = await longLife(0, { mirror: { maxBytes: 50_000 } })
    const { store, clock } = world
    const description = 'x'.repeat(1_000)
    const startTime = new Date(clock.now() - DAY_MS).toISOString()
    await goOn(
      world,
      (turn) => store.merge({ events: [{ eventId: `e-${turn}`, startTime, status: 'ended', description }] }),
      150,
    )
    expect((await store.inspect()).bytes).toBeLessThanOrEqual(50_000)
  })

  test('not where the app says so', async () => {
    const world = await longLife(0, { mirror: { maxRows: false, maxBytes: false } })
    const { store } = world
    await goOn(
      world,
      (turn) =>
        store.merge({
          events: [{ eventId: `e-${turn}`, startTime: '2001-01-01T00:00:00Z', status: 'ended' }],
        }),
      120,
    )
    expect((await store.inspect()).rows.events).toBe(120)
  })

  test('a bound that is none is named', () => {
    const world = createWorld()
    expect(() => world.openTab({ mirror: { maxRows: 0 } })).toThrow(
      expect.objectContaining({ code: 'invalid-argument', argument: 'options.mirror.maxRows' }),
    )
  })
})

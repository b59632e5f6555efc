import { Observable } from 'rxjs'
import { describe, expect, test } from 'vitest'
import type { EventsQueryInput } from '../src/index.ts'
import type { Changes } from '../src/storage/changes.ts'
import { createEventsMemory } from '../src/storage/events-memory.ts'
import type { EventFacts, Recall } from '../src/storage/find.ts'
import type { Live } from '../src/storage/live.ts'
import type { Query } from '../src/storage/watch.ts'
import { createWorld, eventAt, latest, now, type World } from './world.ts'

/** A page that shows a list of what it has pulled. */
async function showing(query: EventsQueryInput, events = 60) {
  const world = createWorld({ api: { events } })
  const tab = world.openTab()
  await Promise.all([tab.store.pullEvents(), tab.store.pullMyRsvps()])
  const list$ = tab.store.events$(query)
  const list = latest(list$)
  await world.calm()
  return { world, ...tab, list$, list }
}

/** The events that were read one by one since the call, and how often a stretch of rows was read. */
function reading({ indexedDB }: Pick<World, 'indexedDB'>) {
  const before = indexedDB.transactions.length
  return () => {
    const reads = indexedDB.transactions.slice(before).filter(({ mode }) => mode === 'readonly')
    return {
      events: reads.flatMap(({ rows }) => rows.filter((row) => row.startsWith('events '))),
      stretches: reads.reduce((sum, { stretches }) => sum + stretches, 0),
    }
  }
}

/** Another title, of which no tab hears. */
async function changeUnheard(world: World): Promise<void> {
  const [kept] = (await world.rows<{ row: object; asOf: number }>('events')).filter(
    ({ row }) => Object(row).eventId === 'event-2',
  )
  if (!kept) throw new Error('there is no such event')
  const row = { ...kept.row, title: 'unheard' }
  await world.putUnheard('events', [{ ...kept, row, asOf: kept.asOf + 1 }])
}

const titleOf = (list: { readonly value: readonly { eventId: string; title?: string }[] }, id: string) =>
  list.value.find(({ eventId }) => eventId === id)?.title

describe('a list reads again what has changed, and nothing else', () => {
  test('one event of fifty', async () => {
    const { world, store, list } = await showing({ limit: 50 })
    const read = reading(world)
    await store.merge({ events: [{ ...eventAt(world.api, 'event-7'), title: 'moved', updatedAt: LATER }] })
    await world.calm()
    expect(read()).toEqual({ events: ['events event-7'], stretches: 0 })
    expect([titleOf(list, 'event-7'), list.value.length, list.value.hasMore]).toEqual(['moved', 50, true])
  })

  test('twenty more events, where it grows by twenty', async () => {
    const { world, list$, list } = await showing({ limit: 20 })
    const read = reading(world)
    await list$.loadMore()
    await world.calm()
    expect(new Set(read().events).size).toBe(20)
    expect([list.value.length, list.value.hasMore]).toEqual([40, true])
  })

  test('an event that moves to another day moves in the list, and one that is deleted leaves it', async () => {
    const { world, store, list } = await showing({})
    const ids = list.value.map(({ eventId }) => eventId)
    const [first = '', second = ''] = ids
    const last = list.value.at(-1)
    await store.merge({
      events: [
        { ...eventAt(world.api, first), startTime: after(last?.startTime), updatedAt: LATER },
        { ...eventAt(world.api, second), isDeleted: true, updatedAt: LATER },
      ],
    })
    await world.calm()
    expect(list.value.map(({ eventId }) => eventId)).toEqual([...ids.slice(2), first])
  })
})

describe('a list shows whatever changes, whoever changed it', () => {
  const LISTS: readonly EventsQueryInput[] = [
    { limit: 50 },
    { type: 'in_person' },
    { myStatus: ['going', 'interested'] },
    { orderBy: '-startTime', limit: 100 },
  ]

  /** What the list shows of the event, after another tab has changed it. */
  async function changed(
    query: EventsQueryInput,
    change: (other: World, eventId: string) => Promise<unknown>,
  ) {
    const { world, store, list } = await showing(query)
    const eventId = 'event-2'
    await (await store.rsvp(eventId, 'interested')).settled
    await world.calm()
    await change(world, eventId)
    await world.calm()
    expect(list.value).toEqual(await now(world.openTab().store.events$(query))) // who remembers nothing shows the same
    return list.value.find((event) => event.eventId === eventId)
  }

  test.each(LISTS)('its title: %j', async (query) => {
    const event = await changed(query, async ({ api, openTab }, eventId) =>
      openTab().store.merge({ events: [{ ...eventAt(api, eventId), title: 'another', updatedAt: LATER }] }),
    )
    expect(event?.title).toBe('another')
  })

  test.each(LISTS)('the name of its host: %j', async (query) => {
    const event = await changed(query, async ({ api, openTab }, eventId) => {
      const { userId } = eventAt(api, eventId)
      return openTab().store.merge({ users: [{ userId, displayName: 'Grace', updatedAt: LATER }] })
    })
    expect(event?.host?.displayName).toBe('Grace')
  })

  test.each(LISTS)('its picture: %j', async (query) => {
    const event = await changed(query, async ({ api, openTab }, eventId) => {
      const fileId = eventAt(api, eventId).coverImageFileId
      return openTab().store.merge({
        files: [{ fileId, fileUrl: 'https://files.test/new', updatedAt: LATER }],
      })
    })
    expect(event?.cover?.fileUrl).toBe('https://files.test/new')
  })

  test.each(LISTS)('my answer, while it waits: %j', async (query) => {
    const event = await changed(query, async (world, eventId) => {
      const other = world.openTab()
      world.api.mood = 'down'
      return other.store.rsvp(eventId, 'going')
    })
    expect([event?.myRsvp.status, event?.myRsvp.sync]).toEqual(['going', 'queued'])
  })

  test.each(LISTS)('my answer, once the server has it: %j', async (query) => {
    const event = await changed(
      query,
      async ({ openTab }, eventId) => (await openTab().store.rsvp(eventId, 'going')).settled,
    )
    expect([event?.myRsvp.status, event?.myRsvp.sync]).toEqual(['going', 'synced'])
  })

  test.each(LISTS)('what another device answered for me: %j', async (query) => {
    const event = await changed(query, async ({ api, openTab }, eventId) => {
      api.answerAs('ada', eventId, 'going')
      return openTab().store.pullMyRsvps()
    })
    expect(event?.myRsvp.status).toBe('going')
  })

  test.each(LISTS)('my answer, of which a reply tells without its event: %j', async (query) => {
    const event = await changed(query, async ({ api, openTab }, eventId) => {
      const mine = api.answerAs('ada', eventId, 'going')
      return openTab().store.merge({ eventResponses: [mine] })
    })
    expect(event?.myRsvp.status).toBe('going')
  })

  test('what nobody told, as soon as its row is read for another reason', async () => {
    const { world, store, list } = await showing({ type: 'in_person' })
    await changeUnheard(world)
    await store.merge({ events: [{ ...eventAt(world.api, 'event-3'), title: 'heard', updatedAt: LATER }] })
    await world.calm()
    expect(titleOf(list, 'event-2')).toBe('unheard')
  })

  test.each([
    [
      'a connection that is lost',
      async ({ world }: Awaited<ReturnType<typeof showing>>) => world.indexedDB.loseConnections(),
    ],
    [
      'a page that was frozen',
      async ({ world, lifecycle }: Awaited<ReturnType<typeof showing>>) => {
        lifecycle.set('frozen')
        await world.calm()
        lifecycle.set('visible')
      },
    ],
  ])('what nobody told, after %s', async (_, upset) => {
    const page = await showing({ limit: 50 })
    const { world, list } = page
    await changeUnheard(world)
    await upset(page)
    await world.calm()
    expect(titleOf(list, 'event-2')).toBe('unheard')
  })
})

describe('a list draws again what has changed, and nothing else', () => {
  const DAY_MS = 24 * 3_600_000

  test('what no tap and no row has changed is the same object as before, in every list', async () => {
    const { world, store, list } = await showing({})
    const other = latest(store.events$({ limit: 30 }))
    await world.calm()
    const before = list.value
    await store.rsvp('event-2', 'going')
    expect(list.value).not.toBe(before)
    expect(list.value.filter((event, at) => event !== before[at]).map(({ eventId }) => eventId)).toEqual([
      'event-2',
    ])
    expect(other.value.every((event) => event.eventId === 'event-2' || before.includes(event))).toBe(true)
  })

  test('a tap shows and goes, and the next one after it', async () => {
    const { world, store, list } = await showing({})
    const mine = () => list.value.find(({ eventId }) => eventId === 'event-2')?.myRsvp.status
    for (const status of ['going', 'interested', 'not_going'] as const) {
      const tapped = store.rsvp('event-2', status)
      expect(mine()).toBe(status)
      await (await tapped).settled
      await world.calm()
      expect(mine()).toBe(status)
    }
  })

  test('a tap that could not be stored is gone again', async () => {
    const { world, store, list } = await showing({})
    const before = list.value
    world.indexedDB.fault = { table: 'outbox', kind: 'UnknownError' }
    const tapped = store.rsvp('event-2', 'going')
    expect(list.value).not.toEqual(before)
    await expect(tapped).rejects.toMatchObject({ code: 'storage-unavailable' })
    expect(list.value).toEqual(before)
  })

  test('an event whose time has come closes, and is open again when the clock was wrong', async () => {
    const { world, store, list } = await showing({})
    const windows = () => list.value.map(({ rsvpWindow }) => rsvpWindow)
    const before = windows()
    expect(before).toContain('open')
    const start = world.clock.now()
    await world.pass(400 * DAY_MS)
    expect(new Set(windows())).toEqual(new Set(['closed']))
    world.clock.set(start)
    await store.rsvp(list.value.at(-1)?.eventId ?? '', 'going')
    expect(windows()).toEqual(before)
  })
})

const LATER = new Date(Date.UTC(2100, 0)).toISOString()
const after = (moment: string | undefined) => new Date(Date.parse(moment ?? '') + 60_000).toISOString()

describe('what is remembered', () => {
  const factsOf = (eventId: string) => ({ event: { eventId, userId: 'bob' } }) as EventFacts

  /** A memory, and the queries that watch by it. */
  function createMemory() {
    const queries: Query<unknown>[] = []
    const live = {
      watch: (query: Query<unknown>) =>
        new Observable(() => {
          queries.push(query)
          query.isTouched()
        }),
    }
    const watch = createEventsMemory(live as unknown as Live, 'ada')
    let recall: Recall | undefined
    const show = () =>
      watch({
        tables: [],
        empty: undefined,
        isTouched: () => true,
        async read(_, given) {
          recall = given
        },
      }).subscribe()
    /** Begins a read by the query of the last one that came. */
    function read(hasHeard = true): Recall {
      queries.at(-1)?.read({} as never, () => hasHeard)
      return recall as Recall
    }
    return {
      show,
      read,
      tell: (changes?: Changes) => queries.map(({ isTouched }) => isTouched(changes as never)),
    }
  }

  test('is there for one list more, and gone with the last', () => {
    const { show, read } = createMemory()
    const first = show()
    read().keep([factsOf('event-1')])
    const second = show()
    expect(read().of('event-1')).toEqual(factsOf('event-1'))
    first.unsubscribe()
    second.unsubscribe()
    show()
    expect([read().size(), read().of('event-1')]).toEqual([0, undefined])
  })

  test('is not asked while one of our own writes is not through', () => {
    const { show, read } = createMemory()
    show()
    read().keep([factsOf('event-1')])
    expect(read(false).of('event-1')).toBeUndefined()
    expect(read().of('event-1')).toEqual(factsOf('event-1'))
  })

  test('is all forgotten when anything may have happened, and what was read before that comes too late', () => {
    const { show, read, tell } = createMemory()
    show()
    const early = read()
    early.keep([factsOf('event-1')])
    tell()
    expect(read().size()).toBe(0)
    early.keep([factsOf('event-1')])
    expect(read().size()).toBe(0)
    read().keep([factsOf('event-2')])
    expect([early.of('event-2'), read().of('event-2')]).toEqual([undefined, factsOf('event-2')])
  })

  test('is all forgotten when a commit does not say what it wrote', () => {
    const { show, read, tell } = createMemory()
    show()
    read().keep([factsOf('event-1')])
    tell({ keysOf: () => undefined, writer: undefined })
    expect(read().size()).toBe(0)
  })

  test('ends with the last list, also for a read that was under way', () => {
    const { show, read } = createMemory()
    const list = show()
    const late = read()
    list.unsubscribe()
    late.keep([factsOf('event-1')])
    show()
    expect(read().size()).toBe(0)
  })

  test('is never more than twenty thousand events', () => {
    const { show, read } = createMemory()
    show()
    const many = (from: number) => Array.from({ length: 15_000 }, (_, at) => factsOf(`event-${from + at}`))
    read().keep(many(0))
    read().keep(many(15_000))
    expect([read().size(), read().of('event-15000')?.event.eventId]).toEqual([15_000, 'event-15000'])
  })
})

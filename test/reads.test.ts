import { describe, expect, test } from 'vitest'
import { createWorld, latest, now, record, startWorld, type World } from './world.ts'

const EVENTS = ['one', 'two', 'three']

/** What is read from now on: the transactions in which nothing is written. */
function watchReads({ indexedDB, calm }: Pick<World, 'indexedDB' | 'calm'>) {
  const before = indexedDB.transactions.length
  return async () => {
    await calm()
    return indexedDB.transactions.slice(before).filter(({ mode }) => mode === 'readonly')
  }
}

/** The events that were read one by one, each as often as it was. */
const eventsIn = (reads: Awaited<ReturnType<ReturnType<typeof watchReads>>>): readonly string[] =>
  reads
    .flatMap(({ rows }) => rows.filter((row) => row.startsWith('events ')))
    .map((row) => row.slice('events '.length))

/** A page that shows three single events, offline, and what is read for that from now on. */
async function showThree() {
  const world = await startWorld()
  const { store, goOnline, calm } = world
  goOnline(false)
  await store.merge({
    events: EVENTS.map((eventId) => ({
      eventId,
      title: eventId,
      userId: `host-${eventId}`,
      coverImageFileId: `cover-${eventId}`,
    })),
  })
  const views = EVENTS.map((eventId) => latest(store.event$(eventId)))
  await calm()
  const reads = watchReads(world)
  const readAgain = async () => eventsIn(await reads())
  return { ...world, views, readAgain }
}

describe('a page that shows single events', () => {
  test('reads one again when it was written, and no other', async () => {
    const { store, views, readAgain } = await showThree()
    await store.merge({ events: [{ eventId: 'two', title: 'New' }] })
    expect(await readAgain()).toEqual(['two'])
    expect(views.map(({ value }) => value?.title)).toEqual(['one', 'New', 'three'])
  })

  test('reads one again when my answer to it came in, and none for the answers of others', async () => {
    const { store, views, readAgain } = await showThree()
    await store.merge({ eventResponses: [{ eventId: 'one', userId: 'bo', status: 'going' }] })
    expect(await readAgain()).toEqual([])
    await store.merge({ eventResponses: [{ eventId: 'three', userId: 'ada', status: 'going' }] })
    expect(await readAgain()).toEqual(['three'])
    expect(views.map(({ value }) => value?.myRsvp.status)).toEqual([null, null, 'going'])
  })

  test('reads one again when its host or its picture came in, and none for those of others', async () => {
    const { store, views, readAgain } = await showThree()
    await store.merge({ users: [{ userId: 'stranger' }], files: [{ fileId: 'nothing' }] })
    expect(await readAgain()).toEqual([])
    await store.merge({ users: [{ userId: 'host-two', displayName: 'Bo' }] })
    expect(await readAgain()).toEqual(['two'])
    await store.merge({ files: [{ fileId: 'cover-one', fileUrl: 'https://x.example/1' }] })
    expect(await readAgain()).toEqual(['two', 'one'])
    expect(views[1]?.value?.host?.displayName).toBe('Bo')
    expect(views[0]?.value?.cover?.fileUrl).toBe('https://x.example/1')
  })

  test('reads none for its own tap, whose answer it knows', async () => {
    const { store, views, readAgain } = await showThree()
    await store.rsvp('one', 'going')
    expect(await readAgain()).toEqual([])
    expect(views[0]?.value?.myRsvp).toEqual({ status: 'going', sync: 'queued' })
  })

  test('reads one again when another tab answered it', async () => {
    const { openTab, views, readAgain } = await showThree()
    const other = openTab()
    other.goOnline(false)
    await other.store.rsvp('two', 'interested')
    expect(await readAgain()).toEqual(['two'])
    expect(views[1]?.value?.myRsvp).toEqual({ status: 'interested', sync: 'queued' })
  })

  test('reads none for what is written to the database of somebody else', async () => {
    const { openTab, readAgain } = await showThree()
    await openTab({ userId: 'bo' }).store.merge({ events: [{ eventId: 'one', title: 'New' }] })
    expect(await readAgain()).toEqual([])
  })

  test('reads all again where rows were cleared to make room, and shows what is left', async () => {
    const { store, views, indexedDB, readAgain } = await showThree()
    await store.merge({ users: [{ userId: 'host-two', displayName: 'Bo' }] })
    await readAgain()
    expect(views[1]?.value?.host?.displayName).toBe('Bo')
    indexedDB.fault = { table: 'outbox', kind: 'QuotaExceededError', times: 1 }
    await store.rsvp('one', 'going')
    expect(await readAgain()).toEqual(['two', 'one', 'three', 'two'])
    expect(views.map(({ value }) => value?.host)).toEqual([undefined, undefined, undefined])
    expect(views.map(({ value }) => value?.myRsvp.status)).toEqual(['going', null, null])
  })

  test('reads nothing of what nobody watches any more, and goes on with the others', async () => {
    const world = await startWorld()
    const { store, calm } = world
    await store.merge({ events: [{ eventId: 'stays' }, { eventId: 'goes' }] })
    const stays = latest(store.event$('stays'))
    store.event$('goes').subscribe().unsubscribe()
    const going = store.event$('goes').subscribe()
    await calm()
    going.unsubscribe()
    const reads = watchReads(world)
    await store.merge({ events: ['goes', 'stays'].map((eventId) => ({ eventId, title: 'New' })) })
    expect(eventsIn(await reads())).toEqual(['stays'])
    expect(stays.value?.title).toBe('New')
  })

  test('shows five hundred, read in three goes, and a new one beside them at once', async () => {
    const world = await startWorld()
    const { store, calm } = world
    const ids = Array.from({ length: 500 }, (_, at) => `event-${String(at).padStart(4, '0')}`)
    await store.merge({ events: [...ids, 'late'].map((eventId) => ({ eventId })) })
    await calm()
    const watched = watchReads(world)
    const views = ids.map((eventId) => latest(store.event$(eventId)))
    const reads = await watched()
    expect(views.map(({ value }) => value?.eventId)).toEqual(ids)
    expect(reads).toHaveLength(3)
    expect(reads.flatMap(({ rows }) => rows)).toEqual([]) // side by side on disk: read in stretches
    expect((await now(store.event$('late')))?.eventId).toBe('late')
  })
})

test('an event that nobody knows is shown as unknown, and comes when it comes', async () => {
  const { store, calm } = await startWorld()
  const view = latest(store.event$('not-yet'))
  await calm()
  expect(view.value).toBeUndefined()
  await store.merge({ events: [{ eventId: 'not-yet', title: 'Here' }] })
  await calm()
  expect(view.value?.title).toBe('Here')
})

test('a long list shows my answers, where those of others lie between them on disk', async () => {
  const { store } = await startWorld()
  const ids = Array.from({ length: 100 }, (_, at) => `event-${at}`)
  const answers = (userId: string, status: string) =>
    ids.map((eventId) => ({ eventId, userId, status, updatedAt: '2026-01-01T00:00:00.000Z' }))
  await store.merge({
    events: ids.map((eventId) => ({ eventId, startTime: '2026-02-01T00:00:00.000Z', status: 'scheduled' })),
    eventResponses: [...answers('ada', 'interested'), ...answers('zoe', 'going')],
  })
  const list = await now(store.events$())
  expect(list).toHaveLength(100)
  expect(new Set(list.map(({ myRsvp }) => myRsvp.status))).toEqual(new Set(['interested']))
})

test('one that was let go and is watched again goes on beside a new one of the same event, read once', async () => {
  const world = await startWorld()
  const { store, calm } = world
  await store.merge({ events: [{ eventId: 'one', title: 'Old' }] })
  const kept$ = store.event$('one')
  kept$.subscribe().unsubscribe()
  const views = [latest(kept$), latest(store.event$('one')), latest(kept$)]
  await calm()
  const reads = watchReads(world)
  await store.merge({ events: [{ eventId: 'one', title: 'New' }] })
  const read = eventsIn(await reads())
  expect(views.map(({ value }) => value?.title)).toEqual(['New', 'New', 'New'])
  expect(read).toEqual(['one'])
})

test('where there is no database, one that comes later is shown as unknown as well', async () => {
  const { store } = createWorld().openTab({ ports: { indexedDB: undefined } })
  const views = [record(store.event$('one')), record(store.event$('two'))]
  await expect.poll(() => views).toEqual([[undefined], [undefined]])
  expect(record(store.event$('three'))).toEqual([undefined])
})

describe('the outbox in memory', () => {
  /** Two tabs, offline; what this one reads of the outbox from now on, and when the mirror was brought up to date. */
  async function openTwo() {
    const world = await startWorld()
    const other = world.openTab()
    for (const tab of [world, other]) tab.goOnline(false)
    await other.store.rsvp('older', 'going')
    await world.store.rsvp('old', 'going')
    await world.calm()
    const watched = watchReads(world)
    const reads = async () =>
      (await watched())
        .filter(({ tables }) => tables.includes('watched'))
        .map(({ rows, stretches }) => rows.filter((row) => !row.startsWith('meta')).join() || `${stretches}`)
    return { ...world, other, reads }
  }

  test('an answer is read by every tab but the one that gave it, and no other answer with it', async () => {
    const { store, other, reads } = await openTwo()
    await store.rsvp('new', 'going')
    expect(await reads()).toEqual(['outbox new,watched new'])
    const seen = (entries: readonly { eventId: string }[]) => entries.map(({ eventId }) => eventId)
    expect(seen(await now(other.store.outbox$))).toEqual(['older', 'old', 'new'])
    expect(seen(await now(store.outbox$))).toEqual(['older', 'old', 'new'])
  })

  test('rows that came in make no tab read its answers again, and every tab says how fresh it is', async () => {
    const { store, other, clock, reads } = await openTwo()
    await store.merge({ events: [{ eventId: 'old', title: 'New' }] })
    expect(await reads()).toEqual(['0', '0'])
    expect((await now(other.store.status$)).lastSyncedAt).toBe(clock.now())
    expect((await now(store.status$)).lastSyncedAt).toBe(clock.now())
  })

  test('an answer that two tabs change in turn ends in both as it was last meant', async () => {
    const { store, other, calm } = await openTwo()
    await Promise.all([store.rsvp('new', 'going'), other.store.rsvp('new', 'interested')])
    await store.rsvp('new', 'not_going')
    await calm()
    for (const tab of [store, other.store])
      expect((await now(tab.outbox$)).find(({ eventId }) => eventId === 'new')?.status).toBe('not_going')
  })
})

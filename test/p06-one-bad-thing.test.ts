import { describe, expect, onTestFinished, test } from 'vitest'
import { platform } from './platform.ts'
import {
  attempts,
  createWorld,
  entryOf,
  errorReply,
  isIdle,
  isWrite,
  jsonReply,
  latest,
  mineAt,
  now,
  startWorld,
  until,
  untilStatus,
} from './world.ts'

describe('P6 one bad thing stops nothing else', () => {
  test('a refused answer does not stop the others', async () => {
    const world = await startWorld()
    const { store, api, goOnline } = world
    goOnline(false)
    for (let at = 1; at <= 5; at += 1) await store.rsvp(`event-${at}`, 'going')
    api.deleteEvent('event-1')
    goOnline(true)
    await untilStatus(world, store, isIdle)
    expect((await now(store.outbox$)).map(({ eventId, state }) => `${eventId} ${state}`)).toEqual([
      'event-1 failed',
    ])
    for (let at = 2; at <= 5; at += 1) expect(mineAt(api, `event-${at}`)).toBe('going')
  })

  test('one event at which the server always stumbles does not hold up the others, nor is it given up', async () => {
    const world = await startWorld({}, { push: { concurrency: 1 } })
    const { store, api, pass } = world
    api.intercept = async (request, next) =>
      request.url.includes('/event-1/') ? errorReply(500, 500000) : next(request)
    await store.rsvp('event-1', 'going')
    for (let at = 2; at <= 5; at += 1) await store.rsvp(`event-${at}`, 'going')
    await pass(10_000)
    for (let at = 2; at <= 5; at += 1) expect(mineAt(api, `event-${at}`)).toBe('going')
    expect(await now(store.outbox$)).toMatchObject([{ eventId: 'event-1', state: 'queued' }])
  })

  test('a poisoned reply to one answer settles nothing and stops nothing', async () => {
    const world = await startWorld()
    const { store, api, pass } = world
    const poison =
      '{"eventResponses":[{"__proto__":{"isAdmin":true},"eventId":"event-1"}],"events":{"length":-1}}'
    api.intercept = async (request, next) =>
      request.url.includes('/event-1/')
        ? new Response(poison, { headers: { 'content-type': 'application/json' } })
        : next(request)
    await store.rsvp('event-1', 'going')
    await store.rsvp('event-2', 'going')
    await pass(2_000)
    expect(mineAt(api, 'event-2')).toBe('going')
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  test('a row that cannot be read does not stop the rest of its reply', async () => {
    const { store, api, rows } = await startWorld()
    api.intercept = async (request, next) => {
      const json = (await (await next(request)).json()) as { events: object[] }
      const events = [{ eventId: 'bad', startTime: 'tomorrow' }, null, 7, ...json.events, { eventId: 'new' }]
      return jsonReply({ ...json, events })
    }
    const report = await store.pullEvents()
    expect(report.quarantined).toMatchObject([
      { table: 'events', id: 'bad', path: 'startTime' },
      { table: 'events' },
      { table: 'events' },
    ])
    const ids = (await rows<{ row: { eventId: string } }>('events')).map(({ row }) => row.eventId)
    expect(ids).toContain('new')
    expect(ids).not.toContain('bad')
  })

  test('an unreadable companion in the reply to my answer does not stop it from settling', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.intercept = async (request, next) => {
      if (!isWrite(request)) return next(request)
      const json = (await (await next(request)).json()) as object
      return jsonReply({
        ...json,
        users: [{ userId: 5 }],
        files: [null],
        events: [{ eventId: 'event-1', title: 9 }],
      })
    }
    const receipt = await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect(await receipt.settled).toMatchObject({ kind: 'accepted' })
    expect((await now(store.event$('event-1')))?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
  })

  test('rows with prototype keys merge as plain data', async () => {
    const { store } = await startWorld()
    const events = JSON.parse(
      '[{"eventId":"odd","__proto__":{"isAdmin":true},"constructor":1,"prototype":2}]',
    )
    expect(await store.merge({ events })).toMatchObject({ applied: 1 })
    const view = (await now(store.event$('odd'))) as { isAdmin?: boolean } | undefined
    expect(view?.isAdmin).toBeUndefined()
    expect(Object.assign({}, view).isAdmin).toBeUndefined()
    expect(({} as { isAdmin?: boolean }).isAdmin).toBeUndefined()
  })

  test('an answer that failed, and may have landed all the same, holds back no news of its event', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.intercept = async (request, next) => {
      if (isWrite(request)) return errorReply(500)
      return request.url.endsWith('/me/rsvp') ? errorReply(403, 400300) : next(request)
    }
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, ({ failed }) => failed === 1)
    expect(await entryOf(store, 'event-1')).toMatchObject({ state: 'failed', unheard: true })
    api.putEvent({ eventId: 'event-1', title: 'Moved to the garden' })
    await store.pullEvents()
    expect(await now(store.event$('event-1'))).toMatchObject({ title: 'Moved to the garden' })
  })

  test('an observer that throws stops neither the other observers nor the sending', async () => {
    const world = await startWorld()
    const { store, api } = world
    const thrown = platform.uncaught()
    const bad = () => {
      throw new Error('the app has a bug')
    }
    for (const source$ of [store.event$('event-1'), store.outbox$, store.status$, store.events$()])
      (source$ as ReturnType<typeof store.event$>).subscribe(bad)
    const good = latest(store.event$('event-1'))
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect(mineAt(api, 'event-1')).toBe('going')
    expect(good.value?.myRsvp).toEqual({ status: 'going', sync: 'synced' })
    expect(thrown.length).toBeGreaterThan(0)
    expect(thrown.every((error) => (error as Error).message === 'the app has a bug')).toBe(true)
  })

  test('an observer that answers in answer to what it sees does not tangle the store', async () => {
    const world = await startWorld()
    const { store, api } = world
    const watching = store.event$('event-1').subscribe((view) => {
      if (view?.myRsvp.status === 'going') void store.rsvp('event-2', 'interested')
    })
    onTestFinished(() => watching.unsubscribe())
    await world.calm()
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    expect([mineAt(api, 'event-1'), mineAt(api, 'event-2')]).toEqual(['going', 'interested'])
  })

  test('a pull that fails does not stop a push, and the other way round', async () => {
    const world = await startWorld()
    const { store, api } = world
    api.intercept = async (request, next) => (isWrite(request) ? next(request) : errorReply(500))
    await expect(store.pullEvents()).rejects.toMatchObject({ code: 'unreachable' })
    await store.rsvp('event-1', 'going')
    await untilStatus(world, store, isIdle)
    api.intercept = async (request, next) => (isWrite(request) ? errorReply(500) : next(request))
    await store.rsvp('event-2', 'going')
    await until(store.outbox$, ([entry]) => entry?.failure !== undefined)
    expect(await store.pullEvents()).toMatchObject({ quarantined: [] })
  })

  test('one read that fails does not end a view: it goes on with the next', async () => {
    const world = await startWorld()
    const { store, indexedDB, clock } = world
    const view = latest(store.event$('event-1'))
    await until(store.event$('event-1'), (one) => one !== undefined)
    indexedDB.fault = { table: 'outbox', kind: 'UnknownError' }
    await expect(store.rsvp('event-1', 'going')).rejects.toMatchObject({ code: 'storage-unavailable' })
    indexedDB.fault = undefined
    clock.advance(10_000)
    await store.rsvp('event-1', 'interested')
    await untilStatus(world, store, isIdle)
    expect(view.value?.myRsvp).toEqual({ status: 'interested', sync: 'synced' })
  })

  test('a fetch port that throws instead of rejecting counts as no reply', async () => {
    const world = createWorld()
    let broken = true
    const { store } = world.openTab({
      ports: {
        fetch: (request) => {
          if (broken) throw new TypeError('not today')
          return world.api.fetch(request)
        },
      },
    })
    await store.rsvp('event-1', 'going')
    await until(store.outbox$, ([entry]) => entry?.failure?.kind === 'no-reply')
    broken = false
    await untilStatus(world, store, isIdle)
    expect(attempts(world.api)).toEqual(['POST 200'])
  })
})

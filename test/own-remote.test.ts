import { describe, expect, test } from 'vitest'
import { plainRemote } from '../docs/examples/plain-remote.ts'
import type { Remote } from '../src/index.ts'
import { createWorld, entryOf, jsonReply, latest, now, until } from './world.ts'

type Says = 'yes' | 'maybe' | 'no'

/** A backend that is not social.plus: its own paths, its own words, and PUT for everything. */
function plainBackend(clock: { now(): number }) {
  const replies = new Map<string, { says: Says; at: string }>()
  const log: string[] = []
  let fault: number | undefined
  const iso = () => new Date(clock.now()).toISOString()
  const STARTS = iso().replace(/^\d+/, (year) => String(Number(year) + 1))
  const ids = ['tea', 'walk', 'quiz']
  const count = (id: string, says: Says) => Number(replies.get(id)?.says === says)
  const gathering = (id: string) => ({
    ...{ id, name: `The ${id}`, host: 'hilda', starts: STARTS, state: 'planned' as const },
    ...{
      yes: 7 + count(id, 'yes'),
      maybe: count(id, 'maybe'),
      changed: replies.get(id)?.at ?? '2025-01-01T00:00:00Z',
    },
  })
  const reply = (id: string) => ({ gathering: id, person: 'ada', ...replies.get(id) })
  const people = [{ id: 'hilda', name: 'Hilda' }]

  async function fetch(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url)
    log.push(`${request.method} ${pathname}`)
    if (fault !== undefined) return jsonReply({ error: 'Not today' }, fault)
    const [, kind, id = '', rest] = pathname.split('/')
    if (id && !ids.includes(id)) return jsonReply({ error: 'No such gathering' }, 404)
    if (request.method === 'PUT') {
      const { says } = (await request.json()) as { says: Says }
      replies.set(id, { says, at: iso() })
      return jsonReply({ gatherings: [gathering(id)], replies: [reply(id)], people })
    }
    if (kind === 'rsvps' && id)
      return replies.has(id)
        ? jsonReply({ gatherings: [gathering(id)], replies: [reply(id)] })
        : jsonReply({ error: 'No answer yet' }, 404)
    if (kind === 'rsvps') return jsonReply({ replies: [...replies.keys()].map(reply) })
    if (rest === 'replies') return jsonReply({ replies: replies.has(id) ? [reply(id)] : [], people })
    if (id) return jsonReply({ gatherings: [gathering(id)], people })
    const from = Number(searchParams.get('cursor') ?? 0)
    const to = from + Number(searchParams.get('limit') ?? 2)
    return jsonReply({
      gatherings: ids.slice(from, to).map(gathering),
      people,
      ...(to < ids.length && { cursor: String(to) }),
    })
  }
  return { fetch, log, replies, break: (status: number | undefined) => (fault = status) }
}

function plainWorld(remote: Remote = plainRemote) {
  const world = createWorld()
  const backend = plainBackend(world.clock)
  const { store } = world.openTab({ remote, ports: { fetch: backend.fetch } })
  return { ...world, backend, store }
}

describe('an API of your own', () => {
  test('is pulled, page by page, and shown as any other', async () => {
    const { store, backend } = plainWorld()
    const list = latest(store.events$())
    expect((await store.pullEvents({ limit: 1 })).pages).toBe(1)
    await store.pullEvents()
    await until(store.events$(), ({ length }) => length === 3)
    expect(list.value.map(({ title, host, rsvpCount }) => [title, host?.displayName, rsvpCount])).toEqual([
      ['The quiz', 'Hilda', 7],
      ['The tea', 'Hilda', 7],
      ['The walk', 'Hilda', 7],
    ])
    expect(backend.log).toEqual(['GET /gatherings', 'GET /gatherings'])
  })

  test('takes a new answer and a changed one by PUT, and the counters follow', async () => {
    const { store, backend } = plainWorld()
    await store.pullEvents()
    const view = latest(store.event$('tea'))
    const first = await store.rsvp('tea', 'going')
    expect(await first.settled).toMatchObject({ kind: 'accepted', response: { status: 'going' } })
    const second = await store.rsvp('tea', 'interested')
    expect(await second.settled).toMatchObject({ kind: 'accepted', response: { status: 'interested' } })
    await until(store.event$('tea'), (event) => event?.myRsvp.sync === 'synced')
    expect([view.value?.rsvpCount, view.value?.interestedCount]).toEqual([7, 1])
    expect(backend.log.filter((line) => line.startsWith('PUT'))).toEqual(['PUT /rsvps/tea', 'PUT /rsvps/tea'])
    await store.pullMyRsvps()
    await store.pullAttendees('tea')
    expect(await now(store.attendees$('tea'))).toMatchObject([
      { userId: 'ada', status: 'interested', isMe: true },
    ])
  })

  test('P3 whose reply was not heard is asked first, in its own words', async () => {
    const { store, backend, pass } = plainWorld()
    await store.pullEvents()
    backend.break(500)
    await store.rsvp('tea', 'going')
    await until(store.outbox$, ([entry]) => (entry?.failures ?? 0) > 0)
    backend.break(undefined)
    await pass(2_000)
    expect(backend.log.slice(-2)).toEqual(['GET /rsvps/tea', 'PUT /rsvps/tea'])
  })

  test('that says no: its own message is what the user may read', async () => {
    const { store, backend } = plainWorld()
    await store.pullEvents()
    backend.break(422)
    const { settled } = await store.rsvp('tea', 'going')
    expect(await settled).toMatchObject({
      kind: 'failed',
      failure: { httpStatus: 422, message: 'Not today' },
    })
  })

  test('that knows no such event', async () => {
    const { store } = plainWorld()
    const { settled } = await store.rsvp('nowhere', 'going')
    expect(await settled).toMatchObject({ kind: 'failed', failure: { kind: 'event-gone' } })
  })
})

describe('a mistake in the adapter', () => {
  const broken = (part: 'request' | 'read' | 'errorIn' | 'meaning'): Remote => ({
    ...plainRemote,
    [part]: () => {
      throw new Error('oops')
    },
  })

  test('in the request: the answer fails, and says so', async () => {
    const { store } = plainWorld(broken('request'))
    const { settled } = await store.rsvp('tea', 'going')
    expect(await settled).toMatchObject({
      kind: 'failed',
      failure: { message: expect.stringContaining('adapter') },
    })
    await expect(store.pullEvents()).rejects.toMatchObject({ code: 'refused' })
  })

  test('P2 in reading the reply: nothing is lost, and it is tried again', async () => {
    const { store } = plainWorld(broken('read'))
    await store.rsvp('tea', 'going')
    await until(store.outbox$, ([entry]) => (entry?.failures ?? 0) > 0)
    expect(await entryOf(store, 'tea')).toMatchObject({ state: 'queued', failure: { kind: 'not-the-api' } })
  })

  test('P2 what it calls accepted counts only where the reply names me and the event', async () => {
    const other = { events: [], eventResponses: [{ eventId: 'tea', userId: 'bob', status: 'going' }] }
    const { store } = plainWorld({ ...plainRemote, read: () => ({ bundle: other }) })
    await store.rsvp('tea', 'going')
    await until(store.outbox$, ([entry]) => (entry?.failures ?? 0) > 0)
    expect(await entryOf(store, 'tea')).toMatchObject({ state: 'queued', unheard: true })
  })

  test.each([[{}], [{ request: plainRemote.request }], ['https://api.test']])('%j is none', (remote) => {
    expect(() => plainWorld(remote as never)).toThrow(
      expect.objectContaining({ code: 'invalid-argument', argument: 'options.remote' }),
    )
  })
})

import { expect, test } from 'vitest'
import { isIdle, latest, now, record, startWorld, untilStatus } from './world.ts'

const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 0, minute)).toISOString()
const answer = (userId: string, status: string, minute: number) => ({
  eventId: 'party',
  userId,
  status,
  respondedAt: at(minute),
  updatedAt: at(minute),
})

async function withParty(...more: object[]) {
  const started = await startWorld()
  started.goOnline(false)
  await started.store.merge({
    events: [{ eventId: 'party', rsvpCount: 2, interestedCount: 1 }],
    eventResponses: [
      answer('cai', 'interested', 3),
      answer('bob', 'going', 1),
      answer('dee', 'going', 2),
      ...more,
    ],
    users: [
      { userId: 'bob', displayName: 'Bob', avatarFileId: 'pic' },
      { userId: 'dee', displayName: 'Dee', avatarFileId: 'missing' },
    ],
    files: [{ fileId: 'pic', fileUrl: 'https://x.example/pic' }],
  })
  return started
}
const names = (list: readonly { userId: string; status: string }[]) =>
  list.map(({ userId, status }) => `${userId} ${status}`)

test('who answered, the first to answer first, each with the person and the picture where they are known', async () => {
  const { store } = await withParty()
  const list = await now(store.attendees$('party'))
  expect(names(list)).toEqual(['bob going', 'dee going', 'cai interested'])
  expect(list[0]).toMatchObject({
    user: { displayName: 'Bob' },
    avatar: { fileUrl: 'https://x.example/pic' },
    isMe: false,
    sync: 'synced',
  })
  expect(list[1]).not.toHaveProperty('avatar')
  expect(list[2]).not.toHaveProperty('user')
})

test.each([
  [{ status: 'going' }, ['bob going', 'dee going']],
  [{ status: ['interested', 'not_going'] }, ['cai interested']],
  [{ status: 'not_going' }, []],
  [{ limit: 2 }, ['bob going', 'dee going']],
  [{ status: 'going', limit: 1 }, ['bob going']],
  [{ status: 'interested', limit: 1 }, ['cai interested']],
] as const)('the list may be narrowed: %j', async (query, expected) => {
  const { store } = await withParty()
  expect(names(await now(store.attendees$('party', query)))).toEqual(expected)
})

test('my own answer is among them from the tap on, with how far it has come', async () => {
  const { store, calm } = await withParty()
  const list = latest(store.attendees$('party'))
  await calm()
  const storing = store.rsvp('party', 'going')
  expect(list.value.find(({ isMe }) => isMe)).toMatchObject({
    userId: 'ada',
    status: 'going',
    sync: 'saving',
  })
  await storing
  await calm()
  expect(list.value.find(({ isMe }) => isMe)).toMatchObject({ sync: 'queued' })
  expect(list.value).toHaveLength(4)
})

test('my own answer moves between the lists by status at the tap', async () => {
  const { store, calm } = await withParty(answer('ada', 'going', 4))
  const going = latest(store.attendees$('party', { status: 'going' }))
  const declined = latest(store.attendees$('party', { status: 'not_going' }))
  await calm()
  expect(names(going.value)).toEqual(['bob going', 'dee going', 'ada going'])
  void store.rsvp('party', 'not_going')
  expect(names(going.value)).toEqual(['bob going', 'dee going'])
  expect(names(declined.value)).toEqual(['ada not_going'])
  await calm()
})

test('what I answer changes nobody else, and who answered another event is not among them', async () => {
  const { store, calm } = await withParty(
    { ...answer('eve', 'going', 1), eventId: 'a-party' },
    { ...answer('eve', 'going', 1), eventId: 'z-party' },
  )
  const list = latest(store.attendees$('party'))
  await calm()
  await store.rsvp('party', 'not_going')
  await calm()
  expect(list.value.map(({ userId, status, sync }) => `${userId} ${status} ${sync}`)).toEqual([
    'bob going synced',
    'dee going synced',
    'cai interested synced',
    'ada not_going queued',
  ])
})

test('a limit never cuts my own answer off, and the list is no longer than asked for', async () => {
  const { store, calm } = await withParty()
  const list = latest(store.attendees$('party', { limit: 2 }))
  await calm()
  await store.rsvp('party', 'going')
  await calm()
  expect(names(list.value)).toEqual(['bob going', 'ada going'])
})

test('a refused answer of mine leaves the list again', async () => {
  const world = await withParty()
  const { store, api, calm } = world
  const list = record(store.attendees$('party'))
  await calm()
  world.goOnline(true)
  api.mood = 'refusing'
  await store.rsvp('party', 'going')
  await untilStatus(world, store, ({ failed }) => failed === 1)
  expect(list.at(-1)?.some(({ isMe }) => isMe)).toBe(false)
})

test('nobody has answered, or nothing is known: an empty list', async () => {
  const { store } = await startWorld()
  expect(await now(store.attendees$('nowhere'))).toEqual([])
})

test('what the server has is what is shown once all is settled', async () => {
  const world = await startWorld()
  const { store, api } = world
  await store.pullAttendees('event-1')
  await store.rsvp('event-1', 'interested')
  await untilStatus(world, store, isIdle)
  const onServer = api.responses().filter(({ eventId }) => eventId === 'event-1')
  const shown = await now(store.attendees$('event-1'))
  expect(names(shown).sort()).toEqual(names(onServer).sort())
})

test('a page that is opened later shows my answer that waits, and as mine alone', async () => {
  const { store, openTab } = await withParty()
  await store.rsvp('party', 'not_going')
  const later = openTab()
  later.goOnline(false)
  const list = await now(later.store.attendees$('party'))
  expect(list.map(({ userId, status, sync }) => `${userId} ${status} ${sync}`)).toEqual([
    'bob going synced',
    'dee going synced',
    'cai interested synced',
    'ada not_going queued',
  ])
})

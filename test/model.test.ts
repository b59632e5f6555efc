import { describe, expect, test } from 'vitest'
import { openBundle, readRows } from '../src/model/bundle.ts'
import { nextWindowChange, rsvpWindow } from '../src/model/rsvp-window.ts'
import { now, startWorld } from './world.ts'

/** Every field of `create-rsvp.txt`, the page this project was made from. */
const PAGE = JSON.parse(`{
  "events": [{
    "eventId": "e1", "userId": "host", "title": "Garden day", "description": "d", "type": "virtual",
    "status": "scheduled", "isInviteOnly": true, "startTime": "2023-11-07T05:31:56Z",
    "endTime": "2023-11-07T05:31:56Z", "location": "l", "externalUrl": "https://x.example",
    "coverImageFileId": "f1", "originId": "o", "originType": "community", "livestreamId": "ls",
    "discussionCommunityId": "dc", "isLocationVisible": true, "isOriginPublic": true, "rsvpCount": 123,
    "interestedCount": 123, "tags": ["t"], "metadata": {}, "isDeleted": false,
    "createdAt": "2023-11-07T05:31:56Z", "updatedAt": "2023-11-07T05:31:56Z"
  }],
  "eventResponses": [{
    "eventId": "e1", "userId": "ada", "status": "going", "respondedAt": "2023-11-07T05:31:56Z",
    "createdAt": "2023-11-07T05:31:56Z", "updatedAt": "2023-11-07T05:31:56Z"
  }],
  "users": [{
    "_id": "i", "path": "p", "userId": "host", "userInternalId": "i", "userPublicId": "host",
    "roles": ["r"], "permissions": ["MUTE_CHANNEL"], "displayName": "Host", "profileHandle": "host",
    "description": "d", "avatarFileId": "f2", "avatarCustomUrl": "u", "flagCount": 123,
    "hashFlag": { "bits": 123, "hashes": 123, "hash": ["h"] }, "metadata": {}, "isGlobalBan": true,
    "isBrand": true, "createdAt": "2023-11-07T05:31:56Z", "updatedAt": "2023-11-07T05:31:56Z", "isDeleted": true
  }],
  "files": [{
    "fileId": "f1", "fileUrl": "https://x.example/f1", "type": "image", "accessType": "public", "altText": "a",
    "createdAt": "2023-11-07T05:31:56Z", "updatedAt": "2023-11-07T05:31:56Z",
    "attributes": { "name": "n", "extension": "e", "size": 123, "mimeType": "m",
      "metadata": { "exif": {}, "gps": {}, "height": 123, "width": 123, "isFull": true } }
  }]
}`)

const LISTS = [
  ['events', 'events'],
  ['responses', 'eventResponses'],
  ['users', 'users'],
  ['files', 'files'],
] as const

/** Unknown fields everywhere, and an unknown value in every enum. */
const TOMORROW = {
  events: [
    { ...PAGE.events[0], type: 'hybrid', status: 'postponed', originType: 'channel', seats: { left: 3 } },
  ],
  eventResponses: [{ ...PAGE.eventResponses[0], status: 'waitlisted', plusOnes: 2 }],
  users: [
    {
      ...PAGE.users[0],
      permissions: ['FLY'],
      hashFlag: { bits: 1, hashes: 1, hash: 'text', more: 1 },
      pronouns: null,
    },
  ],
  files: [
    { ...PAGE.files[0], type: 'hologram', accessType: 'friends', attributes: { size: '123', depth: 3 } },
  ],
}

describe('rows', () => {
  test.each(LISTS)('%s: every field of the page is read, and kept as it came', (table, list) => {
    expect(readRows(table, PAGE[list])).toEqual({ rows: PAGE[list], quarantined: [] })
  })

  test.each(LISTS)('%s: unknown fields and unknown enum values are kept', (table, list) => {
    expect(readRows(table, TOMORROW[list])).toEqual({ rows: TOMORROW[list], quarantined: [] })
  })

  test('a round trip through the store keeps every field of event, answer, person and file', async () => {
    const { store, rows } = await startWorld()
    expect(await store.merge(TOMORROW)).toMatchObject({ applied: 4, quarantined: [] })
    for (const [table, list] of LISTS) {
      const stored = (await rows<{ row: object }>(table)).map(({ row }) => row)
      expect(stored).toContainEqual(TOMORROW[list][0])
    }
    expect(await now(store.event$('e1'))).toMatchObject({
      ...TOMORROW.events[0],
      host: TOMORROW.users[0],
      cover: TOMORROW.files[0],
      myRsvp: { status: 'waitlisted', sync: 'synced' },
    })
  })

  test.each([
    ['events', { eventId: 'e' }],
    ['responses', { eventId: 'e', userId: 'u', status: 'going' }],
    ['users', { userId: 'u' }],
    ['files', { fileId: 'f' }],
  ] as const)('%s: only the identity is needed', (table, row) => {
    expect(readRows(table, [row])).toEqual({ rows: [row], quarantined: [] })
  })

  test.each([
    ['null', null],
    ['missing', undefined],
    ['texts', { bits: 1, hashes: 1, hash: ['a'] }],
    ['numbers', { bits: 1, hashes: 1, hash: [1, 2] }],
    ['one text', { bits: 1, hashes: 1, hash: 'abc' }],
    ['empty', {}],
  ])('hashFlag may be %s', (_, hashFlag) => {
    const user = { userId: 'u', ...(hashFlag !== undefined && { hashFlag }) }
    expect(readRows('users', [user])).toEqual({ rows: [user], quarantined: [] })
  })

  test('null stands for "none" wherever a server may send it', () => {
    const event = {
      eventId: 'e',
      endTime: null,
      location: null,
      tags: null,
      coverImageFileId: null,
      updatedAt: null,
      isDeleted: null,
    }
    expect(readRows('events', [event]).quarantined).toEqual([])
    const user = { userId: 'u', displayName: null, avatarFileId: null, isDeleted: null, updatedAt: null }
    expect(readRows('users', [user]).quarantined).toEqual([])
    expect(readRows('files', [{ fileId: 'f', attributes: null, altText: null }]).quarantined).toEqual([])
  })
})

describe('dates', () => {
  test.each([
    '2026-01-01T10:00:00Z',
    '2026-01-01T10:00:00.5Z',
    '2026-01-01T10:00:00.123456Z',
    '2026-01-01T10:00:00+02:00',
    '2026-01-01T10:00:00-00:00',
    '2026-01-01T10:00Z',
    '2026-01-01T10:00:00.000+05:30',
    '2026-01-01',
  ])('%s is one', (startTime) => {
    expect(readRows('events', [{ eventId: 'e', startTime }]).quarantined).toEqual([])
  })

  test.each([
    'tomorrow',
    '',
    '10',
    '-5',
    '2026',
    '2026-13-01T10:00:00Z',
    'Thu, 01 Jan 2026 10:00:00 GMT',
    0,
    1_767_261_600_000,
    {},
  ])('%j is none, and says where', (startTime) => {
    expect(readRows('events', [{ eventId: 'e', startTime }])).toMatchObject({
      rows: [],
      quarantined: [{ table: 'events', id: 'e', path: 'startTime' }],
    })
  })
})

describe('quarantine', () => {
  test.each<[string, unknown, object]>([
    ['a row that is null', null, { path: '' }],
    ['a row that is a text', 'event', { path: '' }],
    ['a row that is a list', [], { path: '' }],
    ['a row without its id', { title: 't' }, { path: 'eventId' }],
    ['an empty id', { eventId: '' }, { path: 'eventId', id: '' }],
    ['an id that is a number', { eventId: 5 }, { path: 'eventId' }],
    ['a title that is no text', { eventId: 'e', title: 5 }, { path: 'title', id: 'e' }],
    [
      'tags that are not all texts',
      { eventId: 'e', tags: ['a', 5] },
      { path: expect.stringMatching(/^tags/), id: 'e' },
    ],
    ['a counter that is a text', { eventId: 'e', rsvpCount: '5' }, { path: 'rsvpCount', id: 'e' }],
  ])('%s is set aside with its path and a reason', (_, row, where) => {
    const { rows, quarantined } = readRows('events', [row, { eventId: 'fine' }])
    expect(rows).toEqual([{ eventId: 'fine' }])
    expect(quarantined).toEqual([{ table: 'events', reason: expect.stringMatching(/./), ...where }])
  })

  test('the report holds no content of the row but its id', async () => {
    const { store } = await startWorld()
    const report = await store.merge({
      users: [{ userId: 'u', displayName: 5, description: 'private words' }],
    })
    expect(JSON.stringify(report)).not.toContain('private words')
    expect(report.quarantined).toMatchObject([{ table: 'users', id: 'u', path: 'displayName' }])
  })

  test('ten thousand unreadable rows are reported without a novel each', () => {
    const bad = Array.from({ length: 10_000 }, (_, at) => ({
      eventId: `e${at}`,
      startTime: 'x'.repeat(1_000),
    }))
    const { quarantined } = readRows('events', bad)
    expect(quarantined).toHaveLength(10_000)
    expect(JSON.stringify(quarantined).length / 10_000).toBeLessThan(200)
  })
})

describe('bundles', () => {
  test.each<[string, unknown, number]>([
    ['a full reply', PAGE, 4],
    ['a live message', { eventType: 'event.rsvp.created', data: PAGE }, 4],
    ['the older name of the answers', { eventRsvps: PAGE.eventResponses }, 1],
    ['one list', { files: PAGE.files }, 1],
    ['a list that is no list beside one that is', { events: PAGE.events, users: 'none' }, 1],
    ['lists that are empty', { events: [] }, 0],
  ])('%s is one', (_, json, count) => {
    const raw = openBundle(json)
    expect(raw && raw.events.length + raw.responses.length + raw.users.length + raw.files.length).toBe(count)
  })

  test.each<[string, unknown]>([
    ['null', null],
    ['a text', 'events'],
    ['a list', [PAGE]],
    ['an error envelope', { status: 'error', code: 400000, message: 'x' }],
    ['an empty object', {}],
    ['an event alone', PAGE.events[0]],
  ])('%s is none', (_, json) => {
    expect(openBundle(json)).toBeUndefined()
  })
})

describe('what answers an event still takes', () => {
  const START = Date.UTC(2026, 0, 1, 12)
  const event = { eventId: 'e', status: 'scheduled', startTime: '2026-01-01T12:00:00Z' }
  const MINUTE_MS = 60_000

  test.each([
    ['long before', START - 60 * MINUTE_MS, 'open'],
    ['a moment before the last quarter of an hour', START - 15 * MINUTE_MS - 1, 'open'],
    ['in the last quarter of an hour', START - 15 * MINUTE_MS, 'closing'],
    ['a moment before the start', START - 1, 'closing'],
    ['at the start', START, 'closed'],
  ])('%s it is %s', (_, moment, expected) => {
    expect(rsvpWindow(event, moment)).toBe(expected)
  })

  test.each([{ status: 'ended' }, { status: 'cancelled' }, { status: 'live' }, { isDeleted: true }])(
    'an event with %j is closed whatever the clock says',
    (fields) => {
      expect(rsvpWindow({ ...event, ...fields }, START - 60 * MINUTE_MS)).toBe('closed')
    },
  )

  test('an event without a start is open', () => {
    expect(rsvpWindow({ eventId: 'e' }, START)).toBe('open')
    expect(nextWindowChange({ eventId: 'e' }, START)).toBeUndefined()
  })

  test('it changes by the clock alone at two moments, and then no more', () => {
    expect(nextWindowChange(event, START - 60 * MINUTE_MS)).toBe(START - 15 * MINUTE_MS)
    expect(nextWindowChange(event, START - 15 * MINUTE_MS)).toBe(START)
    expect(nextWindowChange(event, START)).toBeUndefined()
  })

  test('an observer hears of it by itself', async () => {
    const { store, api, clock, pass, calm } = await startWorld()
    api.putEvent({ eventId: 'event-1', startTime: new Date(clock.now() + 20 * MINUTE_MS).toISOString() })
    await store.pullEvent('event-1')
    const seen: (string | undefined)[] = []
    const watching = store.event$('event-1').subscribe((view) => seen.push(view?.rsvpWindow))
    await calm()
    await pass(30 * MINUTE_MS)
    watching.unsubscribe()
    expect(seen).toEqual(['open', 'closing', 'closed'])
  })
})
